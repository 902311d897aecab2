/**
 * Begins a file of a log. Its header and its name are durable before the first entry is written to it: an
 * entry is never where recovery would not look.
 */
import { killPoint } from '../base/kill-points'
import type { AppendHandle, Disk } from './disk'
import type { LogSegment } from './log-reader'
import { joinPath } from './paths'
import { encodeHeader, segmentHeaderBytes, segmentName } from './segment'

/** Makes the segment that begins at `nextSequence`, durable with its name, and opens it. */
export async function createSegment(
  disk: Disk, directory: string, segments: LogSegment[],
  { applicationId, nextSequence }: { readonly applicationId: string, readonly nextSequence: number },
): Promise<AppendHandle> {
  const file = joinPath(directory, segmentName(nextSequence))
  killPoint('segment.begin')
  const handle = await disk.openAppend(file, { isPrivate: true })
  killPoint('segment.opened')
  try {
    const oldestSequence = segments[0]?.firstSequence ?? nextSequence
    await handle.append(encodeHeader({ firstSequence: nextSequence, oldestSequence, applicationId }))
    killPoint('segment.written')
    await handle.sync()
    killPoint('segment.synced')
    await disk.syncDirectory(directory)
    killPoint('segment.done')
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
  segments.push({ file, firstSequence: nextSequence, offsets: [], sizeBytes: segmentHeaderBytes })
  return handle
}
