/**
 * Why a value cannot be encoded, and where in it the reason lies. Runs only after encoding failed, so that
 * encoding itself keeps no paths.
 */
import { classOf, nameOf } from './classes'
import { isIntrinsicPrototype, kindOf } from './value-kinds'
import { depthMax } from './value-encoder'

export interface Refusal {
  /** `value.a[3].client` */
  readonly path: string
  /** `a function`, `a Socket: it emits events to those who listen here` */
  readonly what: string
}

interface Visit { readonly value: unknown, readonly path: string, readonly depth: number }

/** The first thing in `value` that is not data; undefined when there is none. `name` begins the path. */
export function refusalOf(value: unknown, name = 'value'): Refusal | undefined {
  const seen = new Set<object>()
  const waiting: Visit[] = [{ value, path: name, depth: 0 }]
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const what = whatIsRefused(visit.value, visit.depth)
    if (what !== undefined) return { path: shortened(visit.path), what }
    if (typeof visit.value !== 'object' || visit.value === null || seen.has(visit.value)) continue
    seen.add(visit.value)
    const inner = [...partsOf(visit.value, visit.path, visit.depth + 1)]
    for (let i = inner.length - 1; i >= 0; i--) waiting.push(inner[i]!)
  }
  return undefined
}

function whatIsRefused(value: unknown, depth: number): string | undefined {
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= depthMax) return `an object within more than ${depthMax} others`
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null) return undefined
  const kind = kindOf(value)
  if (kind === 'refused') return `${withArticle(nameOf(prototype))}, which has no meaning elsewhere`
  if (isIntrinsicPrototype(prototype) && (kind !== 'object' || prototype.constructor.name === 'Object')) return undefined
  const { refusal, nativeBase } = classOf(prototype)
  if (refusal !== undefined) return `${withArticle(nameOf(prototype))}: ${refusal}`
  return kind === 'object' && nativeBase !== undefined
    ? `${withArticle(nameOf(prototype))}: what it holds is inside ${nativeBase}, which cannot be read` : undefined
}

function* partsOf(value: object, path: string, depth: number): Generator<Visit> {
  const kind = kindOf(value)
  if (kind === 'map') {
    let index = 0
    for (const [key, item] of Map.prototype.entries.call(value) as Iterable<[unknown, unknown]>) {
      yield { value: key, path: `${path}.keys()[${index++}]`, depth }
      yield { value: item, path: `${path}.get(${keyText(key)})`, depth }
    }
  } else if (kind === 'set') {
    let index = 0
    for (const item of Set.prototype.values.call(value) as Iterable<unknown>) {
      yield { value: item, path: `${path}.values()[${index++}]`, depth }
    }
  }
  if (kind === 'bytes') return
  const keys = kind === 'error' ? Object.getOwnPropertyNames(value) : Object.keys(value)
  for (const key of keys) {
    yield { value: (value as Record<string, unknown>)[key], path: path + member(key, kind === 'array'), depth }
  }
}

function member(key: string, isArray: boolean): string {
  if (isArray && /^\d+$/.test(key)) return `[${key}]`
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key)
  return typeof key === 'object' && key !== null ? '...' : String(key)
}

function withArticle(name: string): string {
  if (name.startsWith('a ')) return 'an instance of ' + name
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}

function shortened(path: string): string {
  return path.length <= 200 ? path : `${path.slice(0, 100)}...${path.slice(-80)}`
}
