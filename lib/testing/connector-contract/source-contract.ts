/** The contract of sources: what every source does, as cases that a connector's author runs on it. */
import {
  broken, opened, pause, requireAll, requireOnce, requireSame, withFreshFolder, type ContractCase,
} from './contract-case'
import { byPlace, OpenedResources } from './opened-resources'
import { withDefaults, type CheckedHarness, type SourceHarness, type SourcePlace } from './source-harness'
import { SourceLife, type Batches } from './source-life'

type Body = (place: SourcePlace, harness: CheckedHarness) => Promise<void>

/**
 * What every source must do, as cases to run one by one: records come once and in batches that follow one another; a batch read
 * again is the same; a program that dies in the middle of a batch, or stops, goes on without a gap; a system that goes away and
 * comes back costs nothing; limits of the rate hold; stop ends everything. What a harness does not promise, or cannot do,
 * has no case. Run them with any test runner; each takes a second or two.
 * See docs/writing-a-connector.md.
 * @example
 * ```ts
 * import { sourceContract, type SourcePlace } from 'millrace/testing'
 * import * as fs from 'node:fs/promises'
 * import * as os from 'node:os'
 * import * as path from 'node:path'
 *
 * async function open(): Promise<SourcePlace> {
 *   const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'files-'))
 *   let count = 0
 *   return {
 *     stream: ssc => ssc.textFileStream(folder),
 *     async add(records) {
 *       const aside = path.join(folder, `.${count}`)
 *       await fs.writeFile(aside, records.map(record => `${record}\n`).join(''))
 *       await fs.rename(aside, path.join(folder, `${count++}.txt`))
 *     },
 *     close: () => fs.rm(folder, { recursive: true }),
 *   }
 * }
 * for (const { name, run, timeoutMs } of sourceContract({ open, recovery: 'exactly once', canBreakDown: false, clock: 'manual' })) {
 *   test(name, run, timeoutMs)
 * }
 * declare function test(name: string, run: () => Promise<void>, timeoutMs: number): void
 * ```
 */
export function sourceContract(harness: SourceHarness): ContractCase[] {
  const checked = withDefaults(harness)
  const { masters, recovery, canBreakDown, readsFromBeginning, rateLimit, hasBackpressure, deadlineMs, stopMs } = checked
  const timeoutMs = 4 * deadlineMs + 2 * stopMs
  const named = (name: string, body: Body): ContractCase => ({ name, timeoutMs, run: opened(checked.open, place => body(place, checked)) })
  return [
    ...masters.map(master => named(`on ${master}: every record comes once, and a batch read again is the same`, allOnce(master))),
    named('without records there are batches without records, and no error', nothing),
    ...readsFromBeginning ? [named('what was there before the program comes', fromTheBeginning)] : [],
    ...recovery === 'none' ? [] : [
      named('killed in the middle of a batch and recovered: nothing is lost', killed),
      named('stopped in order and started again: it goes on where it was', stoppedAndStarted),
    ],
    ...rateLimit === undefined ? [] : [named('no batch has more than the rate allows, and all comes in the end', rateLimited)],
    ...hasBackpressure ? [named('a slow program gets smaller batches, and all in the end', heldBack)] : [],
    named('stop ends in time and leaves nothing open', stops),
    ...canBreakDown ? [
      named('the system goes away and comes back: nothing is lost', awayAndBack),
      named('stop ends in time while the system is away', stopsWhileAway),
    ] : [],
  ]
}

/** `a-000`, `a-001`, ... */
const recordsOf = (group: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${group}-${String(i).padStart(3, '0')}`)

const someSteps = 3

const allOnce = (master: string): Body => (place, harness) => SourceLife.live(harness, place, { master }, async life => {
  await life.steps(2)
  const groups = ['a', 'b', 'c'].map(group => recordsOf(group, 25))
  for (const group of groups) await life.feed(place, group)
  await life.steps(someSteps)
  const all = groups.flat()
  requireOnce('all batches together', life.records, all)
  if (harness.isOrdered) requireSame('the records in the order of batches', life.records, all)
  if (harness.countsRecords && life.countedRecords !== all.length) {
    broken(`listeners were told of ${life.countedRecords} records, ${all.length} came`, 'Override records(plan), or call reportInfo in compute.')
  }
})

const nothing: Body = (place, harness) => SourceLife.live(harness, place, {}, async life => {
  await life.until('batches run', () => life.ssc.completedBatchCount >= someSteps)
  requireSame('batches of a system that holds nothing', life.records, [])
  if (life.countedRecords !== 0) broken(`listeners were told of ${life.countedRecords} records, none came`)
})

const fromTheBeginning: Body = async (place, harness) => {
  const before = recordsOf('before', 30)
  await place.add(before)
  await SourceLife.live(harness, place, {}, async life => {
    await life.until('what was there comes', () => life.has(before))
    const after = recordsOf('after', 10)
    await life.feed(place, after)
    await life.steps(someSteps)
    requireOnce('all batches together', life.records, [...before, ...after])
  })
}

const killed: Body = (place, harness) => withFreshFolder(async folder => {
  const left = `${folder}-left`
  const [early, late, missed] = [recordsOf('early', 20), recordsOf('late', 20), recordsOf('missed', 20)]
  let isDying = false
  let diedAtMs: number | undefined
  const first = await SourceLife.live(harness, place, {
    checkpointDir: folder,
    onBatch: async (life, timeMs) => {
      if (!isDying || diedAtMs !== undefined) return
      // The process goes on here, and would acknowledge what its copy has not stored: then there must be nothing more to acknowledge.
      if (harness.recovery === 'at least once' && !life.has(late)) return
      diedAtMs = timeMs
      await life.die(left)
    },
  }, async life => {
    await life.feed(place, early)
    isDying = true
    const adding = place.add(late)
    await life.until('a batch with records comes', () => diedAtMs !== undefined)
    await adding
    return life.batches
  })
  if (harness.holdsRecords) await place.add(missed)
  // What was pushed and not yet stored when the process died has not been acknowledged, and is pushed again.
  const again = harness.holdsRecords ? [] : late.filter(record => ![...first.values()].flat().includes(record))
  await SourceLife.live(harness, place, { checkpointDir: left }, async life => {
    const added = harness.holdsRecords ? [] : [...again, ...missed]
    if (added.length > 0) await life.feed(place, added)
    const all = [...early, ...late, ...missed]
    await life.until('all comes', () => {
      const there = new Set([...first.values(), ...life.batches.values()].flat())
      return all.every(record => there.has(record)) && life.batches.has(diedAtMs!)
    })
    await life.steps(someSteps)
    requireRecovered(harness, first, life.batches, all)
  })
})

/** What two lives had amounts to all: a batch that both had is counted once. */
function requireRecovered(harness: CheckedHarness, first: Batches, second: Batches, all: readonly string[]): void {
  const both = [...new Map([...first, ...second]).values()].flat()
  if (harness.recovery === 'at least once') return requireAll('all batches of both lives together', both, all)
  for (const [timeMs, records] of second) {
    const earlier = first.get(timeMs)
    if (earlier !== undefined) requireSame(`the batch at ${timeMs} ms, which runs again`, records, earlier)
  }
  requireOnce('all batches of both lives together', both, all)
}

const stoppedAndStarted: Body = (place, harness) => withFreshFolder(async folder => {
  const [before, between, after] = [recordsOf('before', 20), recordsOf('between', 20), recordsOf('after', 20)]
  const first = await SourceLife.live(harness, place, { checkpointDir: folder }, async life => {
    await life.feed(place, before)
    await life.stopGracefully()
    return life.batches
  })
  if (harness.holdsRecords) await place.add(between)
  await SourceLife.live(harness, place, { checkpointDir: folder }, async life => {
    if (!harness.holdsRecords) await life.feed(place, between)
    await life.until('what came in between comes', () => life.has(between))
    await life.feed(place, after)
    await life.steps(someSteps)
    requireRecovered(harness, first, life.batches, [...before, ...between, ...after])
  })
})

const rateLimited: Body = (place, harness) => {
  const { settings, recordsPerBatch } = harness.rateLimit!
  return SourceLife.live(harness, place, { settings }, async life => {
    await life.steps(2)
    const all = recordsOf('all', 4 * recordsPerBatch + 1)
    await life.feed(place, all)
    await life.steps(someSteps)
    const largest = Math.max(...[...life.batches.values()].map(({ length }) => length))
    if (largest > recordsPerBatch) broken(`a batch has ${largest} records, the rate allows ${recordsPerBatch}`)
    requireOnce('all batches together', life.records, all)
  })
}

const heldBack: Body = (place, harness) => {
  const settings = { 'spark.streaming.backpressure.enabled': 'true', 'spark.streaming.backpressure.pid.minRate': '10' }
  const few = ['a', 'b', 'c', 'd', 'e'].map(group => recordsOf(group, 3))
  const many = recordsOf('many', 200)
  let largest = 0
  // Slow until it has been seen what comes of it.
  const onBatch = async ({ records, batches }: SourceLife, timeMs: number): Promise<void> => {
    const size = batches.get(timeMs)!.length
    if (records.length - size >= few.flat().length + 20) return
    largest = Math.max(largest, size)
    await pause(60)
  }
  return SourceLife.live(harness, place, { settings, clock: 'system', batchIntervalMs: 100, onBatch }, async life => {
    for (const group of few) await life.feed(place, group)
    await life.feed(place, many)
    await life.steps(someSteps)
    if (largest >= many.length / 2) broken(`${many.length} records waited for a program that takes 50 a second, and a batch had ${largest}`)
    requireOnce('all batches together', life.records, [...few.flat(), ...many])
  })
}

const stops: Body = (place, harness) => OpenedResources.watch(async opened => {
  await SourceLife.live(harness, place, {}, async life => {
    await life.steps(2)
    await life.feed(place, recordsOf('a', 10))
  })
  await opened.requireClosed(harness.stopMs)
})

const awayMs = 600

const awayAndBack: Body = (place, harness) => withFreshFolder(async folder => {
  const [before, during, after] = [recordsOf('before', 20), recordsOf('during', 20), recordsOf('after', 20)]
  const all = [...before, ...during, ...after]
  const checkpointDir = harness.recovery === 'none' ? undefined : folder
  const { breakDown, repair } = faultsOf(place)
  let isAll = false
  const first = await SourceLife.live(harness, place, { checkpointDir }, async life => {
    await life.feed(place, before)
    // A source that promises nothing for what it has not read gets time to read it.
    if (harness.holdsRecords && checkpointDir !== undefined) await place.add(during)
    else await life.feed(place, during)
    await breakDown()
    try { await life.stepsWhileAway(awayMs) } finally { await repair() }
    const adding = Promise.resolve(place.add(after))
    adding.catch(() => {})
    isAll = await life.manages(() => life.has(all))
    if (isAll || checkpointDir === undefined) await adding
    if (isAll) await life.steps(someSteps)
    else if (checkpointDir === undefined) requireOnce('all batches together', life.records, all)
    return life.batches
  })
  if (isAll) return requireRecovered(harness, first, new Map(), all)
  // A program that a batch has failed is started again.
  await SourceLife.live(harness, place, { checkpointDir }, async life => {
    const missing = all.filter(record => ![...first.values()].flat().includes(record))
    await life.until('what the failed batches lacked comes', () => life.has(missing))
    await life.steps(someSteps)
    requireRecovered(harness, first, life.batches, all)
  })
})

const stopsWhileAway: Body = (place, harness) => OpenedResources.watch(async opened => {
  const { breakDown, repair } = faultsOf(place)
  let isAway = false
  try {
    await SourceLife.live(harness, place, {}, async life => {
      await life.steps(2)
      await life.feed(place, recordsOf('a', 10))
      await byPlace(breakDown)
      isAway = true
      await life.stepsWhileAway(awayMs)
    })
    // What waits for an answer may wait for as long as answers may take.
    await opened.requireClosed(harness.deadlineMs)
  } finally { if (isAway) await repair() }
})

function faultsOf(place: SourcePlace): { breakDown: () => Promise<void>, repair: () => Promise<void> } {
  if (place.breakDown === undefined || place.repair === undefined) {
    broken('the place has no breakDown and repair', 'Write them, or say canBreakDown: false.')
  }
  return { breakDown: async () => place.breakDown!(), repair: async () => place.repair!() }
}
