/**
 * The settings of a program: text by key, as Spark has them. What a known key cannot mean is refused when it
 * is set, so that every value in a SparkConf can be read as its type.
 */
import { CallSite } from '../base/call-site'
import { NoSuchElementError } from '../base/errors'
import {
  badCall, checkedText, confVariable, illegalValue, nullValue, pairsOf, parseVariable, requireKey,
} from './conf-values'
import type { ConfValue, ConfValues } from './conf-values'
import { nearestName } from './nearest'
import { parseBoolean, parseDouble, parseInt32, parseLong, parseSizeBytes, parseTimeMs } from './parse'
import type { SizeUnit, TimeUnit } from './parse'
import { checkValue, findSetting, settingFamilies, settings } from './settings'

export type { ConfValue, ConfValues } from './conf-values'

const brand = Symbol.for('millrace.spark-conf')

/**
 * The settings of a program. Spark: `SparkConf`.
 * @example
 * ```ts
 * import { SparkConf } from 'millrace'
 * const conf = new
 * SparkConf().setMaster('local[2]').setAppName('Counts').set('spark.streaming.blockInterval', '100ms')
 * console.log(conf.getTimeAsMs('spark.streaming.blockInterval')) // 100
 * ```
 */
export class SparkConf {
  private readonly values = new Map<string, string>()

  /**
   * @param loadDefaults takes over the settings in the environment variable MILLRACE_CONF, a JSON object: the
   *   counterpart of Spark's `spark.*` system properties
   * @throws IllegalArgumentError when that is no JSON object of settings
   */
  constructor(loadDefaults = true) {
    if (typeof loadDefaults !== 'boolean') {
      throw badCall('SparkConf takes true or false: whether to load settings from outside',
        'Give settings with new SparkConf().setAll({ ... }).')
    }
    const text = loadDefaults ? process.env[confVariable] : undefined
    if (text !== undefined && text !== '') this.setAll(parseVariable(text))
  }

  /** True for every SparkConf, also one from another copy of the package. */
  static is(value: unknown): value is SparkConf {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /**
   * Sets one setting. An unknown key is kept; `unknownKeys` lists it.
   * @throws IllegalArgumentError for a null key or value, and for a value that a known key cannot have
   */
  set(key: string, value: ConfValue): this {
    const text = checkedText(key, value)
    try {
      checkValue(key, text)
    } catch (error) {
      throw illegalValue(key, text, error)
    }
    this.values.set(key, text)
    return this
  }

  /** Where the program runs: `local`, `local[2]`, `local[*]`. */
  setMaster(master: string): this { return this.set('spark.master', master) }

  /** The name of the application. */
  setAppName(name: string): this { return this.set('spark.app.name', name) }

  /** Jars for the executors of a Spark cluster. */
  setJars(jars: Iterable<string>): this {
    if (jars === null || jars === undefined) throw nullValue('spark.jars')
    return this.set('spark.jars', typeof jars === 'string' ? jars : [...jars].join(','))
  }

  /** Where Spark is installed on the workers of a cluster. */
  setSparkHome(home: string): this { return this.set('spark.home', home) }

  /** Sets one environment variable of the executors, or several given as pairs, object or Map. */
  setExecutorEnv(name: string, value: ConfValue): this
  setExecutorEnv(variables: ConfValues): this
  setExecutorEnv(first: string | ConfValues, value?: ConfValue): this {
    if (typeof first === 'string') return this.set(`spark.executorEnv.${first}`, value!)
    for (const [name, each] of pairsOf(first, 'setExecutorEnv')) this.set(`spark.executorEnv.${name}`, each)
    return this
  }

  /** Sets many settings, given as pairs, an object or a Map. */
  setAll(values: ConfValues): this {
    for (const [key, value] of pairsOf(values, 'setAll')) this.set(key, value)
    return this
  }

  /** Sets a setting that is not set yet. */
  setIfMissing(key: string, value: ConfValue): this {
    checkedText(key, value)
    return this.contains(key) ? this : this.set(key, value)
  }

  /** Unsets a setting. */
  remove(key: string): this {
    this.values.delete(requireKey(key))
    return this
  }

  /**
   * The text of a setting, else `defaultValue`.
   * @throws NoSuchElementError when it is not set and there is no default
   */
  get(key: string): string
  get<D extends string | undefined>(key: string, defaultValue: D): string | D
  get(key: string, ...defaults: [unknown?]): unknown {
    const text = this.values.get(requireKey(key))
    if (text !== undefined) return text
    if (defaults.length > 0) return defaults[0]
    throw new NoSuchElementError(key, {
      hint: `Nothing has set ${key}.`, at: CallSite.capture('SparkConf.get').toString(),
    })
  }

  /** The text of a setting, undefined when it is not set. */
  getOption(key: string): string | undefined { return this.values.get(requireKey(key)) }

  /** The setting is set. */
  contains(key: string): boolean { return this.values.has(requireKey(key)) }

  /** All settings as pairs, in the order in which they were first set. */
  getAll(): [string, string][] { return [...this.values] }

  /** The settings whose keys begin with `prefix`, without it. */
  getAllWithPrefix(prefix: string): [string, string][] {
    const found = this.getAll().filter(([key]) => key.startsWith(prefix))
    return found.map(([key, value]) => [key.slice(prefix.length), value])
  }

  /** The environment variables given to executors. */
  getExecutorEnv(): [string, string][] { return this.getAllWithPrefix('spark.executorEnv.') }

  /** A setting as a whole number of 32 bits. */
  getInt(key: string, defaultValue?: number): number { return this.read(key, defaultValue, parseInt32) }

  /** A setting as a whole number of 64 bits; beyond 2^53 the nearest number. */
  getLong(key: string, defaultValue?: number): number { return this.read(key, defaultValue, parseLong) }

  /** A setting as a number. */
  getDouble(key: string, defaultValue?: number): number { return this.read(key, defaultValue, parseDouble) }

  /** A setting as a truth value. */
  getBoolean(key: string, defaultValue?: boolean): boolean {
    return this.read(key, defaultValue, parseBoolean)
  }

  /**
   * A time setting in milliseconds; a bare number is in the key's own unit, for unknown keys in milliseconds.
   */
  getTimeAsMs(key: string, defaultValue?: ConfValue): number {
    return this.readTime(key, defaultValue, 'ms', 1)
  }

  /** A time setting in whole seconds, rounded down; a bare number of an unknown key is in seconds. */
  getTimeAsSeconds(key: string, defaultValue?: ConfValue): number {
    return this.readTime(key, defaultValue, 's', 1_000)
  }

  /** A size setting in bytes; a bare number is in the key's own unit, for unknown keys in bytes. */
  getSizeAsBytes(key: string, defaultValue?: ConfValue): number {
    return this.readSize(key, defaultValue, 'b', 1)
  }

  /** A size setting in whole kibibytes; a bare number of an unknown key is in kibibytes. */
  getSizeAsKb(key: string, defaultValue?: ConfValue): number {
    return this.readSize(key, defaultValue, 'k', 1024)
  }

  /** A size setting in whole mebibytes; a bare number of an unknown key is in mebibytes. */
  getSizeAsMb(key: string, defaultValue?: ConfValue): number {
    return this.readSize(key, defaultValue, 'm', 1024 ** 2)
  }

  /** A size setting in whole gibibytes; a bare number of an unknown key is in gibibytes. */
  getSizeAsGb(key: string, defaultValue?: ConfValue): number {
    return this.readSize(key, defaultValue, 'g', 1024 ** 3)
  }

  /** A copy that changes on its own. */
  clone(): SparkConf {
    const copy = new SparkConf(false)
    for (const [key, value] of this.values) copy.values.set(key, value)
    return copy
  }

  /** All settings, one `key=value` a line, sorted; what looks like a secret is blacked out. */
  toDebugString(): string {
    const isSecret = (key: string) => /secret|password|token|access[.]?key/i.test(key)
    return this.getAll()
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, value]) => `${key}=${isSecret(key) ? '*********(redacted)' : value}`)
      .join('\n')
  }

  /**
   * The `spark.*` and `millrace.*` keys that Millrace does not know, with the known key that each probably
   * means.
   */
  unknownKeys(): { key: string, nearest?: string }[] {
    return [...this.values.keys()].filter(isUnknown).map(key => {
      const nearest = nearestName(key, Object.keys(settings))
      return nearest === undefined ? { key } : { key, nearest }
    })
  }

  /** The keys that ask for something that this version does not do. */
  ineffectiveKeys(): string[] {
    return [...this.values].filter(([key, text]) => asksForLater(key, text)).map(([key]) => key)
  }

  private readTime(key: string, defaultValue: ConfValue | undefined, unit: TimeUnit, unitMs: number): number {
    const setting = findSetting(key)
    const bareUnit = setting?.kind === 'time' && this.contains(key) ? setting.unit : unit
    const text = this.textOf(key, defaultValue)
    return parsed(key, text, given => Math.trunc(parseTimeMs(given, bareUnit) / unitMs) + 0)
  }

  private readSize(
    key: string, defaultValue: ConfValue | undefined, unit: SizeUnit, unitBytes: number,
  ): number {
    const setting = findSetting(key)
    const bareUnit = setting?.kind === 'size' && this.contains(key) ? setting.unit : unit
    const text = this.textOf(key, defaultValue)
    return parsed(key, text, given => Math.trunc(parseSizeBytes(given, bareUnit) / unitBytes))
  }

  private read<T>(key: string, defaultValue: T | undefined, parse: (text: string) => T): T {
    const text = this.getOption(key)
    if (text === undefined && defaultValue !== undefined) return defaultValue
    return parsed(key, text ?? this.get(key), parse)
  }

  private textOf(key: string, defaultValue: ConfValue | undefined): string {
    return defaultValue === undefined ? this.get(key) : this.get(key, String(defaultValue))
  }
}

Object.defineProperty(SparkConf.prototype, brand, { value: true })

function parsed<T>(key: string, text: string, parse: (text: string) => T): T {
  try { return parse(text) } catch (error) { throw illegalValue(key, text, error) }
}

function isUnknown(key: string): boolean {
  return /^(spark|millrace)\./.test(key) && findSetting(key) === undefined
    && !settingFamilies.some(family => key.startsWith(family))
}

/** A setting that nothing uses yet, set to something other than its default; what is switched off anyway asks for nothing. */
function asksForLater(key: string, text: string): boolean {
  const setting = findSetting(key)
  if (setting?.status !== 'later' || key.startsWith('spark.ui.')) return false
  return text !== 'false' && text !== String(setting.default)
}
