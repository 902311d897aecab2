/**
 * What the outside has seen of a program through all its lives: the input of each batch, its results, and that it had
 * ended. It outlives every crash, and says at the end which of the promises were not kept.
 */
import { lineOf, resultsOf, type Lengths, type ProgramName } from './reference'

export interface LedgerOptions {
  readonly program: ProgramName
  readonly batchMs: number
  readonly lengths: Lengths
}

export class Ledger {
  readonly problems: string[] = []
  private readonly inputs = new Map<number, readonly string[]>()
  private readonly results = new Map<number, readonly string[]>()
  private readonly ended = new Set<number>()

  constructor(private readonly options: LedgerOptions) {}

  get batchCount(): number { return this.inputs.size }
  get endedCount(): number { return this.ended.size }
  get records(): string[] { return [...this.inputs.values()].flat() }

  /** A batch may run again, but always with the input that it had. */
  noteInput(timeMs: number, records: readonly string[]): void {
    this.requireOpen(timeMs, 'runs again')
    this.note(this.inputs, timeMs, records, 'input')
  }

  noteResult(timeMs: number, elements: readonly unknown[]): void {
    this.requireOpen(timeMs, 'has a result again')
    this.note(this.results, timeMs, elements.map(lineOf).sort(), 'result')
  }

  noteEnded(timeMs: number): void { this.ended.add(timeMs) }

  private requireOpen(timeMs: number, what: string): void {
    if (this.ended.has(timeMs)) this.problems.push(`the batch at ${timeMs} had ended, and ${what}`)
  }

  private note(held: Map<number, readonly string[]>, timeMs: number, lines: readonly string[], what: string): void {
    const before = held.get(timeMs)
    if (before !== undefined && lineOf(before) !== lineOf(lines)) {
      this.problems.push(`the batch at ${timeMs} has another ${what}: first ${lineOf(before)}, then ${lineOf(lines)}`)
    }
    held.set(timeMs, lines)
  }

  /** The times in order; a problem where one is missing or comes out of line. */
  private times(): number[] {
    const times = [...this.inputs.keys()].sort((a, b) => a - b)
    times.forEach((timeMs, i) => {
      if (i > 0 && timeMs !== times[i - 1]! + this.options.batchMs) this.problems.push(`there is no batch between ${times[i - 1]} and ${timeMs}`)
    })
    return times
  }

  /** Every batch has the result that its input and those before it give; `wanted` says how often a record must be there. */
  check(countsOf: ReadonlyMap<string, readonly [least: number, most: number]>): readonly string[] {
    const times = this.times()
    this.checkRecords(countsOf)
    const wanted = resultsOf(this.options.program, times.map(timeMs => this.inputs.get(timeMs)!), this.options.lengths)
    times.forEach((timeMs, i) => {
      const found = this.results.get(timeMs)
      if (lineOf(found) === lineOf(wanted[i])) return
      // The last batch may have been cut off between its outputs.
      if (found === undefined && i === times.length - 1 && !this.ended.has(timeMs)) return
      this.problems.push(`the batch at ${timeMs} (number ${i}) gives ${lineOf(found)} where ${lineOf(wanted[i])} is right`)
    })
    return this.problems
  }

  private checkRecords(countsOf: ReadonlyMap<string, readonly [least: number, most: number]>): void {
    const counts = new Map<string, number>()
    for (const record of this.records) counts.set(record, (counts.get(record) ?? 0) + 1)
    for (const [record, [least, most]] of countsOf) {
      const count = counts.get(record) ?? 0
      if (count < least) this.problems.push(`the record ${record} is lost: in ${count} batches, and ${least} is right`)
      if (count > most) this.problems.push(`the record ${record} is doubled: in ${count} batches, and ${most} is right`)
      counts.delete(record)
    }
    for (const record of counts.keys()) this.problems.push(`the record ${record} comes from nowhere`)
  }

  /** The result of a batch, as lines. */
  resultAt(timeMs: number): readonly string[] | undefined { return this.results.get(timeMs) }
  get resultTimes(): number[] { return [...this.results.keys()] }
}
