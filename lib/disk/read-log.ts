/** The entries of a framed log without opening it: nothing is written, and another process may be appending. */
import type { Disk } from './disk'
import { readFrames, type LogFrame, type LogSegment } from './log-reader'
import { damageError, scanLog, type LogCut, type LogLoss, type ScanOptions } from './log-scan'

export interface LogContents {
  readonly frames: AsyncGenerator<LogFrame, void>
  /** What an opening would cut off the end. */
  readonly cut: LogCut | undefined
  readonly losses: readonly LogLoss[]
  readonly applicationId: string | undefined
  readonly segments: readonly LogSegment[]
}

/** Throws LogDamagedError for damage, unless `acceptLoss`; a missing folder is an empty log. */
export async function readLog(disk: Disk, directory: string, options: ScanOptions & { readonly acceptLoss?: boolean | undefined } = {}): Promise<LogContents> {
  if (await disk.stat(directory) === undefined) return { frames: nothing(), cut: undefined, losses: [], applicationId: undefined, segments: [] }
  const { segments: scanned, cut, losses, applicationId } = await scanLog(disk, directory, options)
  if (losses.length > 0 && options.acceptLoss !== true) throw damageError(losses)
  const segments = scanned.map(({ file, firstSequence, scan: { offsets, end } }) => ({ file, firstSequence, offsets, sizeBytes: end }))
  const frames = segments.length === 0 ? nothing() : readFrames(disk, segments, 0)
  return { frames, cut, losses, applicationId, segments }
}

async function* nothing(): AsyncGenerator<LogFrame, void> {}
