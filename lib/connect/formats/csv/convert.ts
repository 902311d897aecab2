/** The text of a field to a value of its type, and back. What is no value of the type is refused; nothing is rounded in silence. */
import { types } from 'node:util'
import { describe } from '../../../rdd/arguments'
import { typeText, type DataType } from '../data-types'

type Convert = (text: string) => unknown

const whole = /^[+-]?\d+$/
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const fixed = /^([+-]?)0*(\d*)(?:\.(\d*))?$/
const day = /^(\d{4,6})-(\d\d)-(\d\d)$/
const instant = /^(\d{4,6}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|[+-]\d\d(?::?\d\d)?)?$/
const special = new Map([['NaN', NaN], ['Infinity', Infinity], ['Inf', Infinity], ['+Infinity', Infinity], ['-Infinity', -Infinity], ['-Inf', -Infinity]])

class WrongText extends TypeError {
  constructor(text: string, type: DataType) { super(`${describe(text)} is no ${typeText(type)}`) }
}

/** Undefined for types that a field of text cannot have. */
export function convertible(type: DataType): Convert | undefined {
  const wrong = (text: string): never => { throw new WrongText(text, type) }
  switch (type.kind) {
    case 'string': return text => text
    case 'boolean': return text => /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : wrong(text)
    case 'tinyint': return integer(8, wrong)
    case 'smallint': return integer(16, wrong)
    case 'int': return integer(32, wrong)
    case 'bigint': return text => {
      const value = whole.test(text) ? BigInt(text.replace('+', '')) : wrong(text)
      return BigInt.asIntN(64, value) === value ? value : wrong(text)
    }
    case 'float': case 'double': return text => special.get(text) ?? (decimal.test(text) ? Number(text) : wrong(text))
    case 'decimal': return text => {
      const [, sign, before, after = ''] = fixed.exec(text) ?? wrong(text)
      if ((before === '' && after === '' && !/\d/.test(text)) || before!.length > type.precision - type.scale || after.length > type.scale) return wrong(text)
      const behind = type.scale === 0 ? '' : `.${after.padEnd(type.scale, '0')}`
      return `${sign === '-' ? '-' : ''}${before === '' ? '0' : before}${behind}`
    }
    case 'date': return text => dayOf(text) ?? wrong(text)
    case 'timestamp': return text => dayOf(text) ?? instantOf(text) ?? wrong(text)
    default: return undefined
  }
}

function integer(bits: number, wrong: (text: string) => never): Convert {
  return text => {
    const value = whole.test(text) ? Number(text) : wrong(text)
    return value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1) ? value + 0 : wrong(text)
  }
}

/** Midnight of a day, in UTC; undefined where there is no such day. */
function dayOf(text: string): Date | undefined {
  const [, year, month, date] = day.exec(text) ?? []
  if (year === undefined) return undefined
  const found = new Date(0)
  found.setUTCFullYear(Number(year), Number(month) - 1, Number(date))
  return found.getUTCMonth() === Number(month) - 1 && found.getUTCDate() === Number(date) ? found : undefined
}

/** A time without a zone is UTC. A Date holds milliseconds: what is finer is cut. */
function instantOf(text: string): Date | undefined {
  const [, date, time, zone = 'Z'] = instant.exec(text) ?? []
  const midnight = date === undefined ? undefined : dayOf(date)
  if (midnight === undefined) return undefined
  const [, hours, minutes, seconds = '0', fraction = ''] = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/.exec(time!)!
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(fraction.slice(0, 3).padEnd(3, '0'))
  const [, sign, zoneHours, zoneMinutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  const awayMs = sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(midnight.getTime() + ms - awayMs)
}

/** The text of a value; undefined for null. Throws TypeError for what has no text of its own. */
export function fieldText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string': return value
    case 'number': case 'bigint': case 'boolean': return String(value)
    case 'undefined': return undefined
    case 'object':
      if (value === null) return undefined
      if (types.isDate(value)) return value.toISOString()
      if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  }
  throw new TypeError(`${describe(value)} has no form in a CSV file`)
}
