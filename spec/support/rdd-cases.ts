/**
 * What specs of RDD operators share: how a failure must look, keys that are easily got wrong, results without
 * an order.
 */
import { show } from '../../lib/base/show'

/** Every operator is tried in so many partitions: one, several, and more than there are elements. */
export const partitionCounts: readonly number[] = [1, 3, 20]

/** The whole numbers from `from` up to, but not including, `to`. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

/** What `promise` rejects with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<any> {
  return promise.then(value => { throw new Error(`expected a failure, got ${show(value)}`) },
    (error: unknown) => error)
}

/** What `f` throws at the call. */
export function thrownBy(f: () => unknown): any {
  try { f() } catch (error) { return error }
  throw new Error('expected an error, none was thrown')
}

/** The job fails with the text of what was thrown, and names the operator and a line of `file`. */
export async function expectFailureIn(
  operator: string, file: string, promise: PromiseLike<unknown>,
): Promise<void> {
  const error = await failureOf(promise)
  expect(error.name).toBe('SparkError')
  expect(error.message).toMatch(/boom/)
  expect(error.message).toContain(`${operator} at ${file}:`)
  expect(error.at).toMatch(new RegExp(`^${operator} at ${file.replaceAll('.', '\\.')}:\\d+$`))
}

/** Keys that a plain object or `===` would get wrong, each twice: two values that are equal by structure. */
export const hostileKeys: readonly (readonly [unknown, unknown])[] = [
  ['__proto__', '__proto__'], ['constructor', 'constructor'], [NaN, NaN], [0, -0], [null, null],
    [undefined, undefined],
  [[1, 'a'], [1, 'a']], [[], []], [{ x: 1, y: [2] }, { y: [2], x: 1 }], [10n, 10n],
    [new Date(5), new Date(5)],
  [true, true], ['', ''], ['1', '1'], [1, 1],
]

/** Elements without an order: as sorted texts. -0 is written as 0, for they are one key. */
export function bag(values: Iterable<unknown>): string[] {
  return Array.from(values, value => `${typeof value} ${show(value === 0 ? 0 : value)}`).sort()
}
