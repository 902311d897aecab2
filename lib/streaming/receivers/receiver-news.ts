/** What a receiver has to say: to the log, and to listeners as events with the last error. */
import { logFor } from '../../base/log'
import { errorText } from '../error-text'
import type { ReceiverInfo } from '../events'
import type { SupervisorOptions } from './supervisor-options'

const log = logFor('ReceiverSupervisor')

type Options = Pick<SupervisorOptions, 'streamId' | 'name' | 'clock' | 'events'>

export class ReceiverNews {
  private lastError = { message: '', error: '', time: -1 }
  private lastWarning: string | undefined

  constructor(private readonly options: Options, private readonly isActive: () => boolean) {}

  /** Something has come in: a warning from here on is a new one. */
  received(): void { this.lastWarning = undefined }

  /** The same warning again is only told to listeners, until something was received in between. */
  error(message: string, error?: unknown): void {
    const warning = error === undefined ? message : `${message} - ${errorText(error)}`
    this.lastError = { message, error: error === undefined ? '' : errorText(error), time: this.options.clock.now() }
    log[warning === this.lastWarning ? 'info' : 'warn'](`${this.options.name}: ${warning}`)
    this.lastWarning = warning
    this.post('receiverError')
  }

  /** The receiver stops for good. */
  stopped(message: string, error?: unknown): void {
    this.lastError = error === undefined ? { message, error: '', time: -1 }
      : { message, error: errorText(error), time: this.options.clock.now() }
    if (error !== undefined) log.warn(`${this.options.name} stopped: ${message} - ${errorText(error)}`)
  }

  post(type: 'receiverStarted' | 'receiverError' | 'receiverStopped'): void {
    if (this.options.events.hasListeners) this.options.events.post({ type, receiverInfo: this.info })
  }

  private get info(): ReceiverInfo {
    const { options: { streamId, name }, lastError } = this
    return {
      streamId, name, active: this.isActive(), location: 'localhost', executorId: 'driver',
      lastErrorMessage: lastError.message, lastError: lastError.error, lastErrorTime: lastError.time,
    }
  }
}
