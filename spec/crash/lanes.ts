/** The lanes of the fault tests: how much of each runs, and what is said of it. */
import { parseArgs } from 'node:util'
import { killPoints } from '../../lib/base/kill-points'
import { damage } from './damage'
import { killAtPoints, killAtRandom, killNewStarts, pointsOfNewStarts } from './kill'
import { programNames } from './reference'
import { allFaults, Simulation, type SimulationOptions } from './sim'

/** How many of each test a lane runs. */
const lanes = {
  commit: { kills: 20, rounds: 1, crashes: 2_000, refusals: 200, damages: 2_000, seeds: 200 },
  nightly: { kills: 300, rounds: 10, crashes: 50_000, refusals: 5_000, damages: 50_000, seeds: 10_000 },
} as const

type Lane = typeof lanes[keyof typeof lanes]

/** A test of a lane: resolves with what it did, and with what went wrong. */
export interface Outcome { readonly done: string, readonly problems: readonly string[] }

const noFaults = { crashWithin: 0, refuseWithin: 0, failingBatch: 0, slowBatch: 0, clockJump: 0, downtimeMax: 0 }

const killsPerProgram = 4

/** R1: programs killed at random times, two at a time. */
export async function randomKills(kills: number, firstSeed = 0): Promise<Outcome> {
  const seeds = Array.from({ length: Math.ceil(kills / killsPerProgram) }, (_, i) => firstSeed + i)
  const problems = await twoAtATime(seeds, async seed => {
    const found = await killAtRandom(Math.min(killsPerProgram, kills), seed, seed % 4 === 3 ? 'local[2]' : 'local')
    return found.length === 0 ? [] : failed('kill', seed, found).problems
  })
  return { done: `${kills} kills at random times, ${seeds.length} programs`, problems }
}

/** R2: programs killed once at every point; in each further round at a later time that they come there. */
export async function pointKills(rounds: number, firstSeed = 0): Promise<Outcome> {
  let kills = 0
  for (let round = firstSeed; round < firstSeed + rounds; round++) {
    const wanted = new Set<string>(Object.keys(killPoints))
    const all = wanted.size
    const later = new Set(pointsOfNewStarts)
    const open = new Set([...wanted].filter(point => !later.has(point)))
    const problems = await twoAtATime([-1, ...Array.from({ length: 18 }, (_, n) => n)], async n => {
      if (n < 0) return killNewStarts(later)
      return open.size === 0 ? [] : killAtPoints(open, n + round * 5, n < 6 ? 12 : Infinity, round)
    })
    for (const point of [...open, ...later]) problems.push(`no program was killed at ${point}`)
    if (problems.length > 0) return failed('points', round, problems)
    kills += all
  }
  return { done: `${kills} kills at ${Object.keys(killPoints).length} points`, problems: [] }
}

async function twoAtATime(items: readonly number[], run: (item: number) => Promise<readonly string[]>): Promise<string[]> {
  const problems: string[] = []
  const waiting = [...items]
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && problems.length === 0; item = waiting.shift()) problems.push(...await run(item))
  }
  await Promise.all([work(), work()])
  return problems
}

/** R3: the power fails at every operation of a run in turn. */
export async function diskCrashes(wanted: number, firstSeed = 1): Promise<Outcome> {
  let crashes = 0
  let batches = 0
  for (let seed = firstSeed; crashes < wanted; seed++) {
    const result = await new Simulation(crashOptions(seed)).run()
    crashes += result.crashes
    batches += result.batches
    if (result.problems.length > 0) return failed('disk', seed, result.problems)
  }
  return { done: `${crashes} crashes of the disk in ${batches} batches`, problems: [] }
}

const crashOptions = (seed: number): SimulationOptions => ({
  seed, batches: 24, faults: noFaults, crashAt: life => 1 + (seed * 31 + life * 17) % 61,
})

/** R5: the disk refuses one operation of each life. */
export async function diskRefusals(wanted: number, firstSeed = 1): Promise<Outcome> {
  let refusals = 0
  for (let seed = firstSeed; refusals < wanted; seed++) {
    const result = await new Simulation(refusalOptions(seed)).run()
    refusals += result.refusals
    if (result.problems.length > 0) return failed('refusals', seed, result.problems)
  }
  return { done: `${refusals} refusals of the disk`, problems: [] }
}

const refusalOptions = (seed: number): SimulationOptions => ({ seed, batches: 20, faults: { ...noFaults, refuseWithin: 90 } })

const damagesPerFolder = 100
/** A folder without states whose events are removed is a new one. */
const stateful = programNames.filter(name => ['windowWithInverse', 'updateState', 'mapState'].includes(name))

/** R4: cuts and flips in checkpoint folders. */
export async function damages(count: number, firstSeed = 1): Promise<Outcome> {
  let refused = 0
  let recovered = 0
  for (let seed = firstSeed; refused + recovered < count; seed++) {
    const result = await damage(stateful[seed % stateful.length]!, Math.min(damagesPerFolder, count), seed)
    if (result.problems.length > 0) return failed('damage', seed, result.problems)
    refused += result.refused
    recovered += result.recovered
  }
  return { done: `${refused + recovered} damages: ${refused} refused, ${recovered} recovered, no wrong value`, problems: [] }
}

/** R6: all faults together, each seed twice. */
export async function simulations(seeds: number, firstSeed = 1): Promise<Outcome> {
  let batches = 0
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const first = await new Simulation(simOptions(seed)).run()
    batches += first.batches
    if (first.problems.length > 0) return failed('sim', seed, first.problems)
    const second = await new Simulation(simOptions(seed)).run()
    const at = first.trace.findIndex((line, i) => line !== second.trace[i])
    if (at >= 0) return failed('sim', seed, [`the traces of two runs differ: first ${first.trace[at]}, then ${second.trace[at]}`])
  }
  return { done: `${seeds} seeds, ${batches} batches, each twice`, problems: [] }
}

const simOptions = (seed: number): SimulationOptions => ({ seed, batches: 30, faults: allFaults })

export function failed(test: string, seed: number, problems: readonly string[]): Outcome {
  return { done: '', problems: [...problems.slice(0, 5), `again: npm run crash -- --test ${test} --seed ${seed}`] }
}

const tests: Record<string, (lane: Lane, seed: number | undefined) => Promise<Outcome>> = {
  kill: (lane, seed) => randomKills(seed === undefined ? lane.kills : killsPerProgram, seed),
  points: (lane, seed) => pointKills(seed === undefined ? lane.rounds : 1, seed),
  disk: (lane, seed) => diskCrashes(seed === undefined ? lane.crashes : 1, seed),
  refusals: (lane, seed) => diskRefusals(seed === undefined ? lane.refusals : 1, seed),
  damage: (lane, seed) => damages(seed === undefined ? lane.damages : damagesPerFolder, seed),
  sim: (lane, seed) => simulations(seed === undefined ? lane.seeds : 1, seed),
}

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { lane: { type: 'string' }, test: { type: 'string' }, seed: { type: 'string' }, trace: { type: 'boolean' } } })
  const lane = lanes[(values.lane ?? 'commit') as keyof typeof lanes]
  const names = values.test?.split(',') ?? Object.keys(tests)
  if (lane === undefined || names.some(name => tests[name] === undefined)) {
    console.error(`--lane ${Object.keys(lanes).join('|')}, --test ${Object.keys(tests).join(',')}`)
    return 2
  }
  if (values.trace === true) return showTrace(names[0]!, Number(values.seed))
  let code = 0
  for (const name of names) {
    const startMs = performance.now()
    const { done, problems } = await tests[name]!(lane, values.seed === undefined ? undefined : Number(values.seed))
    console.log(`crash: ${name}: ${problems.length === 0 ? done : problems.join('\n  ')} (${((performance.now() - startMs) / 1_000).toFixed(1)} s)`)
    if (problems.length > 0) code = 1
  }
  return code
}

/** What happened in a seed, line by line. */
async function showTrace(name: string, seed: number): Promise<number> {
  const options = { disk: crashOptions, refusals: refusalOptions, sim: simOptions }[name]!(seed)
  const { trace, problems } = await new Simulation(options).run()
  for (const line of [...trace, ...problems]) console.log(line)
  return problems.length === 0 ? 0 : 1
}
