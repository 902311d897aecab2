/**
 * What every operator of a stream is held to, as tests that a spec calls: batches that are empty or missing,
 * one and many partitions, errors that name the operator and its line, keys of every kind.
 */
import type { DStream } from '../../lib/index'
import { show } from '../../lib/base/show'
import { testStream, type StreamTestOptions } from '../../lib/testing/index'

export interface OperatorCase<I, O> {
  readonly master: string
  readonly build: (stream: DStream<I>) => DStream<O>
  readonly batches: readonly (readonly I[])[]
  /** What each of `batches` gives; the order within a batch does not matter unless `ordered` is set. */
  readonly expected: readonly (readonly O[])[]
  /** What an empty batch gives. */
  readonly onEmpty?: readonly O[]
  readonly ordered?: boolean
  /** False where a missing batch is an error by rule. */
  readonly missing?: boolean
}

/**
 * One input through an operator without windows, in 1, 2 and 5 partitions, with an empty and a missing batch
 * among the others.
 */
export function itHolds<I, O>({ master, build, batches, expected, onEmpty = [], ordered = false,
  missing = true }: OperatorCase<I, O>): void {
  const inOrder = (results: readonly (readonly O[])[]): readonly (readonly O[])[] => ordered ? results
    : sorted(results)
  test.each([1, 2, 5])('holds batch by batch, an empty and a missing one among them, in %d partitions',
    async partitions => {
    const inputs = [...batches, [], ...(missing ? [undefined] : []), ...batches]
    const results = await testStream<[I], O>([inputs], ([stream]) => build(stream), { master, partitions })
    expect(inOrder(results)).toEqual(inOrder([...expected, onEmpty, ...expected]))
  })
}

/**
 * An error in the user's function fails the batch with the operator's name, this line and what was thrown.
 */
export function itNamesItsLine<I>(
  master: string, operator: string, file: string, batch: readonly I[],
  build: (stream: DStream<I>) => DStream<any>,
): void {
  test('an error in its function names the operator and its line', async () => {
    const error = await failure(testStream<[I], any>([[batch]], ([stream]) => build(stream), { master }))
    expect(error.message).toMatch(new RegExp(`in ${operator} at ${file.replaceAll('.', '\\.')}:\\d+.*boom`))
    expect(error.at).toMatch(new RegExp(`^${operator} at ${file.replaceAll('.', '\\.')}:\\d+$`))
  })
}

/** Throws what every spec's functions throw. */
export const boom: () => never = require('./boom').boom

/**
 * Keys that a plain object or `===` would get wrong, each of them twice: as two values that are equal but not
 * the same.
 */
export const hostileKeys: readonly (readonly [unknown, unknown])[] = [
  ['__proto__', '__proto__'], ['constructor', 'constructor'], [Number.NaN, Number.NaN], [0, -0], [null, null],
  [undefined, undefined],
  [[1, 'a'], [1, 'a']], [[], []], [{ x: 1, y: [2] }, { y: [2], x: 1 }], [10n, 10n],
  [new Date(5), new Date(5)], [true, true], ['', ''],
]

/** Batches whose elements are in one definite order, for operators that promise none. */
export function sorted<T>(batches: readonly (readonly T[])[]): T[][] {
  return batches.map(batch => [...batch].sort((a, b) => {
    const [left, right] = [show(a), show(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }))
}

/** What `promise` rejects with. */
export async function failure(promise: Promise<unknown>): Promise<any> {
  return promise.then(value => { throw new Error(`expected a failure, got ${show(value)}`) },
    (error: unknown) => error)
}

/** What `f` throws. */
export function thrown(f: () => unknown): any {
  try { f() } catch (error) { return error }
  throw new Error('expected an error, none was thrown')
}

export type { StreamTestOptions }
