/**
 * The log of one state: what every version changed, and now and then, slice by slice, all there is, so that the log does
 * not grow for ever. No batch writes more than about twice what it changed.
 *
 *   payload = headLength:varint head (encodeValue of a StateFrameHead) entries (of lib/rdd/state/entry-frame.ts)
 */
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import { ByteReader } from '../../codec/byte-reader'
import { ByteWriter } from '../../codec/byte-writer'
import { decodeValue, encodeValue } from '../../codec/values'
import type { Disk } from '../../disk/disk'
import { FramedLog } from '../../disk/framed-log'
import type { FrameReader } from '../../rdd/state/state-core'
import type { PartitionChanges } from '../../rdd/state/readers'
import { SliceSweep } from './slice-sweep'
import { StateIndex, type StateFrameHead } from './state-index'

/** Frames with entries, and those that only say something. */
const frameKinds = { entries: 1, mark: 2 } as const

export interface StateLogOptions {
  /** The last sequence that a batch is known to have reached. */
  readonly atLeastSequence?: number | undefined
  readonly acceptLoss?: boolean | undefined
}

export class StateLog {
  private sweep: SliceSweep | undefined
  private run = 0

  private constructor(private readonly log: FramedLog, readonly index: StateIndex) {}

  static async open(disk: Disk, directory: string, options: StateLogOptions): Promise<StateLog> {
    const log = await FramedLog.open(disk, directory, options)
    const index = new StateIndex()
    for await (const { payload, sequence } of log.frames()) index.apply(readHead(payload).head, sequence)
    return new StateLog(log, index)
  }

  /** This run goes on from `version`, or begins with nothing. */
  async resume(run: number, version: number | undefined, beganMs: number): Promise<void> {
    this.run = run
    await this.mark({ type: 'resume', run, version, beganMs })
  }

  /** The slices of all entries that the next changes should bring along, by partition. */
  nextSlices(partitions: number): readonly (readonly [number, number] | undefined)[] {
    const { index } = this
    if (this.sweep === undefined) {
      const most = Math.max(index.size, limits.stateChangesBeforeBase)
      if (index.lastVersion === undefined || index.changedSinceBase <= most) return []
      this.sweep = new SliceSweep(index.lastVersion, partitions)
    }
    return this.sweep.next()
  }

  /** Keeps what a version changed; resolves with the log's last sequence when it is durable. */
  async append(version: number, changes: readonly PartitionChanges[]): Promise<number> {
    const { run, sweep } = this
    const written: Promise<void>[] = []
    for (const { partition, isWhole, frames } of changes) {
      // A whole partition is said to be whole though it is empty.
      const all = isWhole && frames.length === 0 ? [new Uint8Array(0)] : frames
      for (const entries of all) written.push(this.write({ type: 'change', run, version, partition, isWhole }, entries))
    }
    if (sweep !== undefined) {
      for (const { partition, slice } of changes) {
        for (const entries of slice ?? []) written.push(this.write({ type: 'slice', run, base: sweep.base, partition }, entries))
      }
      const state = sweep.took(changes)
      if (state !== 'going on') this.sweep = undefined
      if (state === 'done') written.push(this.mark({ type: 'baseDone', run, base: sweep.base, version }))
    }
    const changed = changes.reduce((sum, { count }) => sum + count, 0)
    const size = changes.reduce((sum, one) => sum + one.size, 0)
    written.push(this.mark({ type: 'done', run, version, partitions: changes.length, changed, size }))
    const last = this.log.nextSequence - 1
    await Promise.all(written)
    return last
  }

  private mark(head: StateFrameHead): Promise<void> { return this.add(frameKinds.mark, head, new Uint8Array(0)) }
  private write(head: StateFrameHead, entries: Uint8Array): Promise<void> { return this.add(frameKinds.entries, head, entries) }

  private async add(kind: number, head: StateFrameHead, entries: Uint8Array): Promise<void> {
    this.index.apply(head, this.log.nextSequence)
    await this.log.append(kind, withHead(head, entries))
  }

  /** Reads the frames of a version that `index` has. */
  readerAt(version: number): FrameReader {
    return async partition => {
      const frames: Uint8Array[] = []
      for (const sequence of this.index.sequencesOf(partition, version)) {
        const { entries } = readHead((await this.log.read(sequence)).payload)
        if (entries.length > 0) frames.push(entries)
      }
      return frames
    }
  }

  /** Lets go of what only versions before `version` need. */
  async forgetBefore(version: number): Promise<void> {
    const needed = this.index.forgetBefore(version)
    killPoint('state.forgetting')
    if (needed !== undefined) await this.log.truncateBefore(needed)
    killPoint('state.forgotten')
  }

  close(): Promise<void> { return this.log.close() }
}

const writer = new ByteWriter()

function withHead(head: StateFrameHead, entries: Uint8Array): Uint8Array {
  const encoded = encodeValue(head)
  writer.varint(encoded.length)
  writer.raw(encoded)
  writer.raw(entries)
  return writer.finish()
}

/** Internal: also for whoever looks at a log without opening it. */
export function readHead(payload: Uint8Array): { readonly head: StateFrameHead, readonly entries: Uint8Array } {
  const reader = new ByteReader(payload)
  const head = decodeValue(reader.raw(reader.varint())) as StateFrameHead
  return { head, entries: payload.subarray(reader.at) }
}
