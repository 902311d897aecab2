/**
 * What a row of the table of settings says. Defaults and limits are written as a user would write them.
 */
import type { SizeUnit, TimeUnit } from './parse'

/**
 * `used`: it has its effect in the embedded engine. `later`: it is accepted and belongs to a part that is to
 * come. `cluster`: it is accepted and means something on a Spark cluster only (or no longer).
 */
export type SettingStatus = 'used' | 'cluster' | 'later'

interface Common {
  readonly doc: string
  readonly status: SettingStatus
  /** Names that Spark had before; read when the key itself is not set. */
  readonly formerly?: readonly string[]
}

interface Numeric {
  /** The least value taken. */
  readonly min?: number
  /** The value must be more than this. */
  readonly above?: number
  /** What the error says when `min` or `above` does not hold. */
  readonly rule?: string
}

/**
 * The default is written as a user would write it; undefined means that the setting is unset unless somebody
 * sets it.
 */
type Default<T> = T | (() => T) | undefined

export interface StringSetting extends Common {
  readonly kind: 'string'
  readonly default: Default<string>
  readonly defaultText?: string
}
export interface EnumSetting extends Common {
  readonly kind: 'enum'
  readonly default: string
  readonly values: readonly string[]
  /** What the error calls a value that is none of `values`. */
  readonly unknownText?: string
}
export interface BooleanSetting extends Common { readonly kind: 'boolean', readonly default: boolean }
export interface NumberSetting extends Common, Numeric {
  readonly kind: 'int' | 'long' | 'double'
  readonly default: Default<number>
  readonly defaultText?: string
}
/** Typed as milliseconds. */
export interface TimeSetting extends Common, Numeric {
  readonly kind: 'time'
  readonly default: Default<string>
  readonly defaultText?: string
  readonly unit: TimeUnit
}
/** Typed as bytes. */
export interface SizeSetting extends Common, Numeric {
  readonly kind: 'size'
  readonly default: Default<string>
  readonly defaultText?: string
  readonly unit: SizeUnit
}
export type Setting = StringSetting | EnumSetting | BooleanSetting | NumberSetting | TimeSetting | SizeSetting
