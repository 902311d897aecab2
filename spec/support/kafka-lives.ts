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
  /** In order, after so many batches, when nothing more comes. */
  readonly batches?: number
  readonly onBatch?: (batches: number, numRecords: number) => void
}

export interface NumbersLife { readonly batches: number, readonly records: number, readonly code: number | null, readonly errors: string }

const lifeMsMax = 120_000

export function liveNumbers(options: NumbersOptions, end: LifeEnd): Promise<NumbersLife> {
  const child = fork(path.join(__dirname, 'programs', 'kafka-numbers.js'), [JSON.stringify(options)], {
    env: { ...process.env, MILLRACE_KILL_AT: end.at ?? 'none' }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let errors = ''
  let batches = 0
  let records = 0
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
    if (batches === end.batches) child.send('finish')
  })
  return new Promise(resolve => {
    child.once('close', code => {
      clearTimeout(timer)
      clearTimeout(lastTimer)
      resolve({ batches, records, code, errors })
    })
  })
}

/** Every number from 0 to `count` is there once, and those of a key that came from one partition are in their order. */
export function expectEachOnce(records: readonly { readonly key: string | null, readonly value: string | null }[], count: number): void {
  const numbers = records.map(({ value }) => Number(value)).sort((a, b) => a - b)
  expect(numbers.length).toBe(count)
  expect(numbers.findIndex((number, index) => number !== index)).toBe(-1)
  const latest = new Map<string, number>()
  for (const { key, value } of records) {
    const lane = `${key} ${Number(value) % inputPartitions}`
    expect(Number(value)).toBeGreaterThan(latest.get(lane) ?? -1)
    latest.set(lane, Number(value))
  }
}

/** Number n is in partition n modulo this. */
export const inputPartitions = 3
