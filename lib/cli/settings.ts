/** Settings of the command line: checked here, so that a mistake is one of it and not of the program. */
import { InvalidArgumentError } from 'commander'
import { MillraceError } from '../base/errors'
import { confVariable, parseVariable } from '../conf/conf-values'
import { SparkConf } from '../conf/spark-conf'

export type Settings = readonly (readonly [key: string, value: string])[]

/** One more `--conf key=value`. */
export function collectSetting(text: string, before: Settings): Settings {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must have the form key=value.')
  const key = text.slice(0, at)
  const value = text.slice(at + 1)
  try {
    new SparkConf(false).set(key, value)
  } catch (error) {
    throw new InvalidArgumentError(MillraceError.is(error) ? `${error.message}.` : String(error))
  }
  return [...before, [key, value]]
}

/** Hands settings to the program's SparkConf: it reads this variable, as Spark's reads what is submitted. */
export function handOverSettings(settings: Settings): void {
  const text = process.env[confVariable] ?? ''
  const inherited = text === '' ? {} : parseVariable(text)
  process.env[confVariable] = JSON.stringify({ ...inherited, ...Object.fromEntries(settings) })
}
