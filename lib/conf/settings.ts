/**
 * Every setting that Millrace knows: one table, from which typed reading, the checks and docs/settings.md
 * come. The engine reads settings through readSetting alone. Importing this does nothing but define the
 * table.
 */
import { IllegalArgumentError } from '../base/errors'
import { fileSettings } from './file-settings'
import { generalSettings } from './general-settings'
import { parseBoolean, parseDouble, parseInt32, parseLong, parseSizeBytes, parseTimeMs } from './parse'
import type { Setting } from './setting-kinds'
import { streamingSettings } from './streaming-settings'

export type { Setting, SettingStatus } from './setting-kinds'

/** The table: key, kind, default, unit of a bare number, what it does, and whether it does so already. */
export const settings = { ...generalSettings, ...fileSettings, ...streamingSettings } as const

export type SettingKey = keyof typeof settings

/** Families of keys that are handed on as they are, so that no member of them is unknown. */
export const settingFamilies = [
  'spark.executorEnv.', 'spark.hadoop.', 'spark.driver.', 'spark.executor.', 'spark.yarn.',
  'spark.kubernetes.', 'spark.kryo.', 'spark.kryoserializer.', 'spark.sql.', 'spark.shuffle.', 'spark.network.',
  'spark.memory.', 'spark.submit.', 'spark.eventLog.', 'spark.history.', 'spark.ssl.', 'spark.metrics.',
] as const

type TypedDefault<S> = S extends { readonly default: undefined } ? undefined : never
type TypedValue<S> =
  S extends { readonly kind: 'boolean' } ? boolean
    : S extends { readonly kind: 'enum', readonly values: readonly (infer V)[] } ? V
      : S extends { readonly kind: 'string' } ? string : number

/**
 * What reading a setting gives: times in milliseconds, sizes in bytes, undefined only where there is no
 * default.
 */
export type SettingValue<K extends SettingKey> =
  TypedValue<(typeof settings)[K]> | TypedDefault<(typeof settings)[K]>

/** The entry of `key`, undefined when Millrace does not know it. */
export function findSetting(key: string): Setting | undefined {
  return Object.hasOwn(settings, key) ? settings[key as SettingKey] : undefined
}

/** The default of a setting as documentation shows it. */
export function defaultText(setting: Setting): string {
  const described = 'defaultText' in setting ? setting.defaultText : undefined
  if (described !== undefined) return described
  return setting.default === undefined ? 'unset' : String(setting.default)
}

/**
 * The value of `key` in `conf`, else its default: times in milliseconds, sizes in bytes; undefined only for
 * settings that have no default.
 * @example
 * ```
 * const blockIntervalMs = readSetting(conf, 'spark.streaming.blockInterval') // a number
 * const directory = readSetting(conf, 'spark.streaming.checkpoint.directory') // a string or undefined
 * ```
 */
export function readSetting<K extends SettingKey>(
  conf: { getOption(key: string): string | undefined }, key: K,
): SettingValue<K> {
  const setting: Setting = findSetting(key)!
  const name = [key, ...(setting.formerly ?? [])].find(each => conf.getOption(each) !== undefined)
  return valueOf(setting, name === undefined ? defaultOf(setting) : conf.getOption(name)) as SettingValue<K>
}

/**
 * Refuses a text that the setting `key` cannot mean; does nothing for keys that Millrace does not know.
 * @throws IllegalArgumentError which says the form expected
 */
export function checkValue(key: string, text: string): void {
  const setting = findSetting(key)
  if (setting !== undefined) valueOf(setting, text)
}

function defaultOf(setting: Setting): string | undefined {
  const value = typeof setting.default === 'function' ? setting.default() : setting.default
  return value === undefined ? undefined : String(value)
}

function valueOf(setting: Setting, text: string | undefined): unknown {
  if (text === undefined) return undefined
  switch (setting.kind) {
    case 'string': return text
    case 'boolean': return parseBoolean(text)
    case 'enum': return oneOf(setting, text)
    case 'int': return withinLimits(setting, parseInt32(text), text)
    case 'long': return withinLimits(setting, parseLong(text), text)
    case 'double': return withinLimits(setting, parseDouble(text), text)
    case 'time': return withinLimits(setting, parseTimeMs(text, setting.unit), text)
    case 'size': return withinLimits(setting, parseSizeBytes(text, setting.unit), text)
  }
}

function oneOf(setting: Extract<Setting, { kind: 'enum' }>, text: string): string {
  const wanted = text.trim().toLowerCase()
  const found = setting.values.find(value => value.toLowerCase() === wanted)
  if (found !== undefined) return found
  const unknown = setting.unknownText === undefined ? '' : `${setting.unknownText}: ${text}; `
  throw new IllegalArgumentError(`${unknown}expected one of ${setting.values.join(', ')}`)
}

function withinLimits(setting: Extract<Setting, { min?: number }>, value: number, text: string): number {
  const isTooSmall = (setting.min !== undefined && value < setting.min)
    || (setting.above !== undefined && value <= setting.above)
  if (!isTooSmall) return value
  const bound = setting.min !== undefined ? `at least ${setting.min}` : `more than ${setting.above}`
  throw new IllegalArgumentError(setting.rule ?? `it must be ${bound}, but is ${text}`)
}
