/** Contexts for specs: one body runs on every engine, and no context outlives its test. */
import { SparkConf, SparkContext } from '../../lib/index'

/** The engines that every spec body that runs a job runs on. */
export const masters: readonly string[] = (process.env.MILLRACE_SPEC_MASTERS ?? 'local').split(';')

/** Runs `f` with a fresh context and stops it, whatever happens. */
export async function withSpark<R>(master: string, f: (sc: SparkContext) => R | Promise<R>, settings: Record<string, string> = {}): Promise<R> {
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec').setAll(Object.entries(settings)))
  try { return await f(sc) } finally { await sc.stop() }
}
