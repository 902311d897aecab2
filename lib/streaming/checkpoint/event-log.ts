/** The log of a checkpoint folder: events are durable first, and count then. It is cut short with a snapshot now and then. */
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import type { Disk } from '../../disk/disk'
import { FramedLog } from '../../disk/framed-log'
import { readLog } from '../../disk/read-log'
import { decodeEvent, encodeEvent, type CheckpointEvent } from './events'
import { BatchHistory } from './history'

/** Events are short, and short segments can go early. */
export const eventLogLimits = { segmentBytesMax: 1024 * 1024 }

export class EventLog {
  private sinceSnapshot = 0
  private inFlight = 0
  private snapshotSequence: number | undefined
  private tail: Promise<unknown> = Promise.resolve()

  private constructor(private readonly log: FramedLog, readonly history: BatchHistory, private readonly eventsPerSnapshot: number) {}

  static async open(disk: Disk, directory: string, options: { readonly acceptLoss?: boolean | undefined } = {}): Promise<EventLog> {
    const log = await FramedLog.open(disk, directory, { ...options, ...eventLogLimits })
    const history = new BatchHistory()
    const isOfFiles = disk.rules(directory).logs === 'put'
    const events = new EventLog(log, history, isOfFiles ? limits.eventsPerSnapshotOfFiles : limits.eventsPerSnapshot)
    for await (const { kind, payload, sequence } of log.frames()) {
      const event = decodeEvent(kind, payload)
      history.apply(event)
      events.count(event, sequence)
    }
    return events
  }

  /** What the log holds, read without opening it; undefined when there is none. */
  static async read(disk: Disk, directory: string, options: { readonly acceptLoss?: boolean | undefined } = {}): Promise<BatchHistory | undefined> {
    const history = new BatchHistory()
    for await (const { kind, payload } of (await readLog(disk, directory, options)).frames) history.apply(decodeEvent(kind, payload))
    return history.started === undefined ? undefined : history
  }

  /** Resolves when the event is durable and counts. Events count in the order in which they were given. */
  append(event: CheckpointEvent): Promise<void> {
    const { kind, payload } = encodeEvent(event)
    const written = this.log.append(kind, payload)
    this.inFlight++
    const counted = this.tail.then(async () => {
      try {
        const sequence = await written
        this.history.apply(event)
        this.count(event, sequence)
      } finally { this.inFlight-- }
    })
    written.catch(() => undefined)
    this.tail = counted.catch(() => undefined)
    return counted
  }

  private count(event: CheckpointEvent, sequence: number): void {
    if (event.type === 'snapshot') {
      this.sinceSnapshot = 0
      this.snapshotSequence = sequence
    } else this.sinceSnapshot++
  }

  /** Cuts the log short when it has grown: a snapshot, then what is before the snapshot before it may go. */
  async shorten(): Promise<void> {
    if (this.sinceSnapshot < this.eventsPerSnapshot) return
    const before = this.snapshotSequence
    // A snapshot stands for every event before it in the log, so none may be on its way.
    while (this.inFlight > 0) await this.tail
    killPoint('events.snapshot')
    await this.append(this.history.snapshot())
    killPoint('events.snapshotWritten')
    if (before !== undefined) await this.log.truncateBefore(before)
    killPoint('events.shortened')
  }

  get failure(): unknown { return this.log.failure }

  close(): Promise<void> { return this.log.close() }
}
