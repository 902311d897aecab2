/**
 * Fetches events from agents whose sink is Spark's own (org.apache.spark.streaming.flume.sink.SparkSink), which keeps a
 * transaction open for every batch of events: it ends when the batch is stored (with the write-ahead log: durable), and is
 * rolled back when it is not, so that the events come again.
 */
import { logFor } from '../../base/log'
import { SparkError } from '../../base/errors'
import type { StorageLevel } from '../../rdd/storage-level'
import { Receiver } from '../../streaming/receivers/receiver'
import { AvroWriter } from './avro-bytes'
import { readEvents, type SparkFlumeEvent } from './events'
import { Pauses } from '../support/pauses'
import { sparkFlumeProtocol } from './protocols'
import { RpcClient, type RpcAddress } from './rpc-client'

const log = logFor('FlumePollingReceiver')

const connectMs = 10_000
/** For an acknowledgement: for events a sink lets us wait as long as there are none. */
const answerMs = 30_000
const idleMs = 100
const backOffMs = { first: 500, max: 10_000 }

export interface PollingOptions {
  readonly addresses: readonly RpcAddress[]
  readonly level: StorageLevel
  readonly maxBatchSize: number
}

export class FlumePollingReceiver extends Receiver<SparkFlumeEvent> {
  /** Of the run that is going on. */
  private current: Polling | undefined

  constructor(private readonly options: PollingOptions) { super(options.level) }

  override onStart(): void {
    const polling: Polling = { pauses: new Pauses(), clients: new Set(), done: [] }
    this.current = polling
    // One connection a sink: where it waits for events on one, an acknowledgement on another may wait with it.
    for (const address of this.options.addresses) polling.done.push(this.poll(address, polling))
  }

  override async onStop(): Promise<void> {
    const polling = this.current
    if (polling === undefined) return
    polling.pauses.end()
    for (const client of polling.clients) client.end()
    await Promise.all(polling.done)
  }

  /** Fetches from one address, connecting again for as long as it takes. */
  private async poll(address: RpcAddress, polling: Polling): Promise<void> {
    const { pauses, clients } = polling
    for (let failures = 0; !pauses.isOver;) {
      let client: RpcClient | undefined
      try {
        client = await RpcClient.connect(address, sparkFlumeProtocol, connectMs)
        clients.add(client)
        while (!pauses.isOver) {
          const isIdle = await this.fetch(client, address)
          failures = 0
          if (isIdle) await pauses.wait(idleMs)
        }
      } catch (error) {
        if (pauses.isOver) return
        // Once for a row of failures; a sink that is away is asked again and again.
        if (failures === 0) this.reportError(`Error receiving from the Flume sink at ${address.host}:${address.port}; trying again`, error)
        await pauses.wait(Math.min(backOffMs.max, backOffMs.first * 2 ** Math.min(failures++, 10)))
      } finally {
        client?.end()
        if (client !== undefined) clients.delete(client)
      }
    }
  }

  /** One batch of events, with its transaction. True when there was none. */
  private async fetch(client: RpcClient, { host, port }: RpcAddress): Promise<boolean> {
    const { supervisor } = this
    await supervisor.drained()
    const batch = await client.call('getEventBatch', new AvroWriter().long(this.options.maxBatchSize))
    const [errorMessage, sequenceNumber] = [batch.string(), batch.string()]
    const events = readEvents(batch)
    if (errorMessage !== '') {
      log.info(`${host}:${port} has no events: ${errorMessage}`)
      return true
    }
    if (events.length === 0) return true
    try { await supervisor.storeAnswered(events) } catch (error) {
      await client.call('nack', new AvroWriter().string(sequenceNumber), answerMs)
      throw new SparkError(`${events.length} events could not be stored; the sink gives them again`, { cause: error })
    }
    await client.call('ack', new AvroWriter().string(sequenceNumber), answerMs)
    await supervisor.admit(events.length)
    return false
  }
}

interface Polling {
  readonly pauses: Pauses
  readonly clients: Set<RpcClient>
  readonly done: Promise<void>[]
}
