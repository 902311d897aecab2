/** What runs a receiver has to know and whom it has to tell. */
import type { Clock } from '../../base/clock'
import type { SparkConf } from '../../conf/spark-conf'
import type { EventBus } from '../../events/bus'
import type { StreamingEvent } from '../events'
import type { Block } from './block'
import type { Receiver } from './receiver'

export interface SupervisorOptions {
  readonly receiver: Receiver<any>
  readonly streamId: number
  readonly name: string
  readonly clock: Clock
  readonly conf: SparkConf
  readonly batchIntervalMs: number
  readonly events: EventBus<StreamingEvent>
  readonly addBlock: (block: Block) => void
  /** True when what is received is logged: the supervisor is started by whoever opens the log. */
  readonly isLogged: boolean
  /** An error that ends the receiver for good and that the program should hear of. */
  readonly onFatal: (message: string, error: unknown) => void
}
