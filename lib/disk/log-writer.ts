/**
 * How the commits of a log get to its disk, in two forms:
 *
 *   append   a commit is added to the last file and synced; a file that is full is followed by another
 *   put      a commit is a file of its own, put if absent: it is there whole or not at all, and of two processes that go on with
 *            the same log one is refused, for both give their file the same name
 */
import { strict as assert } from 'node:assert'
import { MillraceError } from '../base/errors'
import { killPoint } from '../base/kill-points'
import type { CommitGroup } from './commit-group'
import { createSegment } from './create-segment'
import { DiskError, type AppendHandle, type Disk } from './disk'
import type { LogSegment } from './log-reader'
import { joinPath } from './paths'
import { encodeHeader, segmentHeaderBytes, segmentName } from './segment'

export interface LogWriter {
  /** Resolves when the group is durable; `segments` of the log say then where it is. */
  write(group: CommitGroup): Promise<void>
  close(): Promise<void>
}

export interface LogWriterOptions {
  readonly disk: Disk
  readonly directory: string
  /** Those of the log, oldest first: the writer adds to them. */
  readonly segments: LogSegment[]
  readonly applicationId: string
  readonly nextSequence: number
  readonly segmentBytesMax: number
}

/** What is in the log is durable when this resolves. */
export async function openWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { disk, directory, segments } = options
  if (disk.rules(directory).logs === 'put') return new PuttingWriter(options)
  const last = segments.at(-1)
  const handle = last === undefined ? await createSegment(disk, directory, segments, options) : await disk.openAppend(last.file, { isPrivate: true })
  await handle.sync()
  killPoint('log.openSynced')
  await disk.syncDirectory(directory)
  killPoint('log.opened')
  return new AppendingWriter(options, handle)
}

class AppendingWriter implements LogWriter {
  constructor(private readonly options: LogWriterOptions, private handle: AppendHandle) {}

  async write(group: CommitGroup): Promise<void> {
    const { segments, segmentBytesMax } = this.options
    const { sizeBytes, offsets } = segments.at(-1)!
    if (sizeBytes + group.sizeBytes > segmentBytesMax && offsets.length > 0) await this.roll(group.firstSequence)
    const segment = segments.at(-1)!
    assert(segment.firstSequence + segment.offsets.length === group.firstSequence, 'groups follow one another without gaps')
    killPoint('log.appending')
    await this.handle.append(group.bytes)
    killPoint('log.appended')
    await this.handle.sync()
    killPoint('log.synced')
    for (const offset of group.offsets) segment.offsets.push(segment.sizeBytes + offset)
    segment.sizeBytes += group.sizeBytes
  }

  private async roll(nextSequence: number): Promise<void> {
    const old = this.handle
    const { disk, directory, segments, applicationId } = this.options
    this.handle = await createSegment(disk, directory, segments, { applicationId, nextSequence })
    await old.close()
    killPoint('log.rolled')
  }

  close(): Promise<void> { return this.handle.close() }
}

class PuttingWriter implements LogWriter {
  constructor(private readonly options: LogWriterOptions) {}

  async write(group: CommitGroup): Promise<void> {
    const { disk, directory, segments, applicationId } = this.options
    const { firstSequence } = group
    const file = joinPath(directory, segmentName(firstSequence))
    const oldestSequence = segments[0]?.firstSequence ?? firstSequence
    const bytes = Buffer.concat([encodeHeader({ firstSequence, oldestSequence, applicationId }), group.bytes])
    killPoint('log.appending')
    try { await disk.put(file, bytes, { ifAbsent: true, isPrivate: true }) } catch (error) {
      if (!(error instanceof DiskError) || error.kind !== 'exists') throw error
      throw new MillraceError('MR_DISK', `another process has written ${file}: two programs use the same folder`, { cause: error })
    }
    killPoint('log.synced')
    const offsets = group.offsets.map(offset => offset + segmentHeaderBytes)
    segments.push({ file, firstSequence, offsets, sizeBytes: bytes.length })
  }

  async close(): Promise<void> { return }
}

/** What puts that were cut off have left in the folder of a log. Nobody else may be writing there. */
export async function removeAsides(disk: Disk, directory: string): Promise<void> {
  if (disk.rules(directory).logs !== 'put') return
  const asides = (await disk.list(directory)).filter(name => name.startsWith('.') && name.endsWith('.tmp'))
  await disk.removeFiles(asides.map(name => joinPath(directory, name)))
}
