/**
 * Which batches of an output are in Kafka, as a note that is committed with them: the metadata of offsets of a group that has the
 * name of the transactional id. It holds the times of batches that may run again, and which run of the program has begun last.
 *
 *   note = run " " runs        runs = time | time "+" step "*" count, separated by ","        times in milliseconds, ascending
 */
import { SparkError } from '../../../base/errors'

export interface Note {
  /** Names the run of the program that has written it. */
  readonly run: string
  readonly times: readonly number[]
}

/** Kafka's own limit of the metadata of an offset, offset.metadata.max.bytes. */
const noteBytesMax = 4_096

/** Throws SparkError for more than a note can hold. */
export function writeNote({ run, times }: Note): string {
  const text = `${run} ${writeTimes(times)}`
  if (text.length <= noteBytesMax) return text
  throw new SparkError(`Of ${times.length} batches that may run again it is to be noted in Kafka that they were written; that is more than a note can hold`, {
    hint: 'Batches fail again and again: see their errors. Start the program again, then they are written and forgotten.',
  })
}

/** Undefined for what is no note: somebody else uses the group. */
export function readNote(text: string): Note | undefined {
  const [run, runs, ...rest] = text.split(' ')
  if (run === undefined || run === '' || runs === undefined || rest.length > 0) return undefined
  const times: number[] = []
  for (const part of runs === '' ? [] : runs.split(',')) {
    const [, first, step, count] = /^(\d+)(?:\+(\d+)\*(\d+))?$/.exec(part) ?? []
    if (first === undefined) return undefined
    for (let i = 0; i < Number(count ?? 1); i++) times.push(Number(first) + i * Number(step ?? 0))
  }
  return { run, times }
}

/** Times that follow one another by the same step are one run. */
function writeTimes(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const runs: string[] = []
  for (let from = 0; from < sorted.length;) {
    const step = sorted[from + 1]! - sorted[from]!
    let until = from + 1
    while (until < sorted.length && sorted[until]! - sorted[until - 1]! === step) until++
    if (until - from < 3) {
      runs.push(String(sorted[from]))
      from++
      continue
    }
    runs.push(`${sorted[from]}+${step}*${until - from}`)
    from = until
  }
  return runs.join(',')
}
