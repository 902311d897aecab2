/** Lives of spec/support/programs/kafka-numbers.js: each ends by SIGKILL, at a moment or at a kill point, or in order. */
import { fork } from 'node:child_process'
import * as path from 'node:path'

export interface NumbersOptions {
  readonly folder: string
  readonly kafkaFolder?: string
  readonly servers?: string
  readonly master: string
  readonly input: string
  readonly output: string
  readonly batchMs?: number
  readonly groupId?: string
  readonly transactionalId?: string
}

export interface LifeEnd {
  /** SIGKILL so long after the start. */
  readonly afterMs?: number
  /** SIGKILL at a kill point, `batch.prepared:3`. */
  readonly at?: string
  /** In order, after so many batches and when `mayEnd` says so, when nothing more comes. */
  readonly batches?: number
  readonly mayEnd?: () => boolean
  readonly onBatch?: (batches: number, numRecords: number) => void
}

export interface NumbersLife { readonly batches: number, readonly records: number, readonly code: number | null, readonly errors: string }

const lifeMsMax = 240_000

export function liveNumbers(options: NumbersOptions, end: LifeEnd): Promise<NumbersLife> {
  const child = fork(path.join(__dirname, 'programs', 'kafka-numbers.js'), [JSON.stringify(options)], {
    env: { ...process.env, MILLRACE_KILL_AT: end.at ?? 'none' }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let errors = ''
  let batches = 0
  let records = 0
  let isFinishing = false
  let timer: NodeJS.Timeout | undefined
  const lastTimer = setTimeout(() => child.kill('SIGKILL'), lifeMsMax)
  child.stderr!.on('data', text => { errors += text })
  child.on('message', (message: { started?: boolean, batches?: number, numRecords?: number, failure?: string }) => {
    if (message.started === true && end.afterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), end.afterMs)
    if (message.failure !== undefined) errors += message.failure
    if (message.batches === undefined) return
    batches = message.batches
    records += message.numRecords!
    end.onBatch?.(batches, message.numRecords!)
    if (!isFinishing && batches >= (end.batches ?? Infinity) && end.mayEnd?.() !== false) {
      isFinishing = true
      child.send('finish')
    }
  })
  return new Promise(resolve => {
    child.once('close', code => {
      clearTimeout(timer)
      clearTimeout(lastTimer)
      resolve({ batches, records, code, errors })
    })
  })
}

export interface Counted { readonly key: string | null, readonly value: string | null }

/** Every record of the input is there, as often as in the input, and those of a key that came from one partition are in their order. */
export function expectEachOnce(records: readonly Counted[], input: readonly Counted[]): void {
  const numbersOf = (some: readonly Counted[]): number[] => some.map(({ value }) => Number(value)).sort((a, b) => a - b)
  const [numbers, expected] = [numbersOf(records), numbersOf(input)]
  expect(numbers.length).toBe(expected.length)
  expect(numbers.findIndex((number, index) => number !== expected[index])).toBe(-1)
  const latest = new Map<string, number>()
  for (const { key, value } of records) {
    const lane = `${key} ${Number(value) % inputPartitions}`
    expect(Number(value)).toBeGreaterThanOrEqual(latest.get(lane) ?? 0)
    latest.set(lane, Number(value))
  }
}

/** Number n is in partition n modulo this. */
export const inputPartitions = 3
