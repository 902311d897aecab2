/** Contexts for specs: one body runs on every engine, and no context outlives its test. */
import { SparkConf, SparkContext } from '../../lib/index'

/** The engines that every spec body that runs a job runs on: in the calling thread, and on two and three real threads. */
export const masters: readonly string[] = (process.env.MILLRACE_SPEC_MASTERS ?? 'local;local[2];local[3]').split(';')

/**
 * How many of a random property's `runs` each engine makes. Programs are planned alike on all of them, so threads make a
 * quarter each, of other programs; an engine that is alone makes all.
 */
export function runsOn(master: string, runs: number): number {
  return master === 'local' || masters.length === 1 ? runs : Math.ceil(runs / 4)
}

/** Runs `f` with a fresh context and stops it, whatever happens. */
export async function withSpark<R>(master: string, f: (sc: SparkContext) => R | Promise<R>, settings: Record<string, string> = {}): Promise<R> {
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec').setAll(Object.entries(settings)))
  try { return await f(sc) } finally { await sc.stop() }
}
