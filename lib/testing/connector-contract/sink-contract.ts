/** The contract of sinks: what every transactional sink does, as cases that a connector's author runs on it. */
import { opened, requireOnce, withFreshFolder, type ContractCase } from './contract-case'
import type { DeathAt } from './mortal-sink'
import { OpenedResources } from './opened-resources'
import { breakDown, requireNothingAside, withSinkDefaults, type CheckedSinkHarness, type SinkHarness, type SinkPlace } from './sink-harness'
import { recordsUpTo, SinkLife } from './sink-life'
import { stepCases } from './sink-step-cases'

type Body = (place: SinkPlace, harness: CheckedSinkHarness) => Promise<void>

/**
 * What every transactional sink must do, as cases to run one by one: nothing is seen before a commit and all of a batch after it; abort
 * leaves nothing; commit twice is once; of several attempts at a partition one counts; what was prepared is committed by a later process;
 * a program that is killed between any two steps, or loses the system for a while, has every record there once in the end. Run them with any test
 * runner. See docs/writing-a-connector.md.
 * @example
 * ```ts
 * import { duckDBSink } from 'millrace'
 * import { sinkContract, type SinkPlace } from 'millrace/testing'
 * import { DuckDBInstance } from '@duckdb/node-api'
 *
 * async function open(): Promise<SinkPlace> {
 *   const database = await DuckDBInstance.create(':memory:')
 *   return {
 *     sink: () => duckDBSink(database, 'records', { columns: { record: 'VARCHAR' } }),
 *     async read() {
 *       const connection = await database.connect()
 *       try {
 *         const rows = await connection.runAndReadAll('SELECT record FROM records')
 *         return rows.getRows().map(([record]) => String(record))
 *       } finally { connection.closeSync() }
 *     },
 *     close: () => database.closeSync(),
 *   }
 * }
 * for (const { name, run, timeoutMs } of sinkContract({ open, canShare: true, canBreakDown: false })) test(name, run, timeoutMs)
 * declare function test(name: string, run: () => Promise<void>, timeoutMs: number): void
 * ```
 */
export function sinkContract(harness: SinkHarness): ContractCase[] {
  const checked = withSinkDefaults(harness)
  const { masters, canBreakDown, deadlineMs } = checked
  const timeoutMs = 6 * deadlineMs
  const named = (name: string, body: Body): ContractCase => ({ name, timeoutMs, run: opened(checked.open, place => body(place, checked)) })
  return [
    ...stepCases(checked).map(([name, body]) => named(name, body)),
    ...masters.map(master => named(`on ${master}: every batch of a stream is there once`, streamed(master))),
    ...deaths.map(at => named(`killed ${at} and recovered: every record is there once`, killed(at))),
    named('stop leaves nothing open', stops),
    ...canBreakDown ? [named('the system goes away under a stream and comes back: every record is there once', awayAndBack)] : [],
  ]
}

const deaths: readonly DeathAt[] = ['after begin', 'before prepare', 'after prepare', 'before commit', 'after commit']

const streamed = (master: string): Body => (place, harness) => withFreshFolder(async checkpointDir => {
  await SinkLife.live(harness, place, { master, checkpointDir }, async life => {
    await life.runBatches(4)
    life.requireNoError()
  })
  await requireRecords(place, 4)
})

const killed = (at: DeathAt): Body => (place, harness) => withFreshFolder(async checkpointDir => {
  const left = `${checkpointDir}-left`
  await SinkLife.live(harness, place, { checkpointDir, death: { at, batch: 3, left } }, life => life.runBatches(3))
  await SinkLife.live(harness, place, { checkpointDir: left, fromBatch: 3 }, async life => {
    await life.runBatches(2)
    life.requireNoError()
  })
  await requireRecords(place, 5)
})

const stops: Body = (place, harness) => OpenedResources.watch(opened => withFreshFolder(async checkpointDir => {
  await SinkLife.live(harness, place, { checkpointDir }, life => life.runBatches(2))
  await opened.requireClosed(harness.deadlineMs)
}))

const awayMs = 500

const awayAndBack: Body = (place, harness) => withFreshFolder(async checkpointDir => {
  await SinkLife.live(harness, place, { checkpointDir }, async life => {
    await life.runBatches(2)
    life.requireNoError()
    await breakDown(place)
    await life.runBatchAway(awayMs, async () => place.repair!())
    await life.runBatches(1)
  })
  // What a batch could not write is written by the next life of the program.
  await SinkLife.live(harness, place, { checkpointDir, fromBatch: 4 }, async life => {
    await life.runBatches(1)
    life.requireNoError()
  })
  await requireRecords(place, 5)
})

async function requireRecords(place: SinkPlace, batches: number): Promise<void> {
  requireOnce('what readers see', await place.read(), recordsUpTo(batches))
  await requireNothingAside(place)
}
