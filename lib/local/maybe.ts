/** Work that stays synchronous as long as nothing in it is asynchronous. */
import type { TaskContext } from '../rdd/task-context'

export type Maybe<T> = T | Promise<T>

export function isPromise(value: unknown): value is Promise<any> {
  return typeof (value as any)?.then === 'function' && typeof (value as any).catch === 'function'
}

/** Goes on with `f` at once, or when the promise is kept: then as this task again. */
export function then<T, U>(task: TaskContext, value: Maybe<T>, f: (value: T) => Maybe<U>): Maybe<U> {
  return isPromise(value) ? value.then(settled => task.runSync(() => f(settled))) : f(value)
}

export function allOf<T>(values: readonly Maybe<T>[]): Maybe<readonly T[]> {
  return values.some(isPromise) ? Promise.all(values) : values as readonly T[]
}
