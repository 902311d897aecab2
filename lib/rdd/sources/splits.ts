/**
 * How files are cut into partitions: byte ranges of about the same size, no larger than a block, a last piece
 * of up to a tenth more. Kept from Spark: it is the rule of Hadoop's file input, so that a path has as many
 * partitions here as there.
 */
import type { FoundFile } from '../../disk/glob'

/** A run of bytes of a file; `isLast` where the file ends with it. */
export interface Split {
  readonly path: string
  readonly from: number
  readonly until: number
  readonly isLast: boolean
}

const blockBytes = 32 * 1024 * 1024
const slack = 1.1

export interface SplitRule {
  readonly minPartitions: number
  /** Ranges begin at multiples of this many bytes. */
  readonly recordBytes?: number
  /** Files that must be read from their beginning are one range each. */
  readonly isWhole?: (path: string) => boolean
}

export function splitFiles(
  files: readonly FoundFile[], { minPartitions, recordBytes = 1, isWhole }: SplitRule,
): Split[] {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const wantedBytes = Math.max(1, Math.min(Math.floor(totalBytes / minPartitions), blockBytes))
  const splitBytes = Math.max(recordBytes, Math.floor(wantedBytes / recordBytes) * recordBytes)
  const splits: Split[] = []
  for (const { path, sizeBytes } of files) {
    let from = 0
    if (isWhole?.(path) !== true) {
      for (; (sizeBytes - from) / splitBytes > slack; from += splitBytes) {
        splits.push({ path, from, until: from + splitBytes, isLast: false })
      }
    }
    if (from < sizeBytes || from === 0) splits.push({ path, from, until: sizeBytes, isLast: true })
  }
  return splits
}

/** Whole files in neighbouring groups of about the same size, at most about `groups` of them. */
export function groupFiles(files: readonly FoundFile[], groups: number): FoundFile[][] {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const groupBytes = Math.max(1, Math.ceil(totalBytes / groups))
  const grouped: FoundFile[][] = []
  let current: FoundFile[] = []
  let currentBytes = 0
  for (const file of files) {
    current.push(file)
    currentBytes += file.sizeBytes
    if (currentBytes < groupBytes) continue
    grouped.push(current)
    current = []
    currentBytes = 0
  }
  if (current.length > 0) grouped.push(current)
  return grouped
}
