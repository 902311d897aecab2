/** Contexts for specs: one body runs on every engine, and no context outlives its test. */
import * as path from 'node:path'
import { SparkConf, SparkContext } from '../../lib/index'

const engines = ['local', 'local[2]', 'local[3]']
const chosen = process.env.MILLRACE_SPEC_MASTERS

/**
 * The engines that every spec body that runs a job runs on: in the calling thread, and on two and three real threads.
 * A run of all specs takes turns (see jest.config.js): each file on one of them, so that it stays quick; `npm run check`
 * and a run of single files take all.
 */
export const masters: readonly string[] = chosen === undefined ? engines : chosen === 'turns' ? [inTurn()] : chosen.split(';')

function inTurn(): string {
  const name = path.basename(expect.getState().testPath ?? '')
  let sum = 0
  for (let i = 0; i < name.length; i++) sum += name.charCodeAt(i)
  // Threads take longer: half of the files are for the calling thread.
  return ['local', 'local[2]', 'local', 'local[3]'][sum % 4]!
}

/**
 * How many of a random property's `runs` each engine makes. Programs are planned alike on all of them, so threads make a
 * quarter each, of other programs; an engine that was chosen makes all.
 */
export function runsOn(master: string, runs: number): number {
  return master === 'local' || chosen === master ? runs : Math.ceil(runs / 4)
}

/** Runs `f` with a fresh context and stops it, whatever happens. */
export async function withSpark<R>(master: string, f: (sc: SparkContext) => R | Promise<R>, settings: Record<string, string> = {}): Promise<R> {
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec').setAll(Object.entries(settings)))
  try { return await f(sc) } finally { await sc.stop() }
}
