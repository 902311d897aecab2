/** Results are the same however many chunks they come in, and however late they are decoded. */
import { CallSite } from '../../../lib/base/call-site'
import { encodeResult, ResultReader } from '../../../lib/local/threads/result-reader'
import { withSpark } from '../../support/contexts'

const done = (value: unknown): Parameters<ResultReader['take']>[0] => {
  const [result, ...more] = encodeResult(value)
  return { type: 'done', result, more, isList: Array.isArray(value) } as never
}
const site = CallSite.of('collect', 'app.ts:1')
const numbers = (count: number): [number, string][] => Array.from({ length: count }, (_, i) => [i, `name ${i}`])

test('chunks of a list make the list, and what is no list stays what it is', async () => {
  const seen: [number, unknown][] = []
  const reader = new ResultReader(0, site, (index, result) => { seen.push([index, result]) })
  const values = [numbers(3), numbers(4_096), numbers(4_097), numbers(50_000), [], 7, undefined, { a: [1] }, new Map([[1, 2]])]
  await Promise.all(values.map((value, index) => reader.take(done(value), index)))
  expect(seen).toEqual(values.map((value, index) => [index, value]))
})

test('few elements come at once', () => {
  const seen: unknown[] = []
  const reader = new ResultReader(0, site, (_index, result) => { seen.push(result) })
  expect(reader.take(done(numbers(4_096)), 0)).toBeUndefined()
  expect(seen).toEqual([numbers(4_096)])
})

test('the event loop gets its turn while much is decoded', async () => {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  const reader = new ResultReader(0, site, () => undefined)
  const results = Array.from({ length: 20 }, () => done(numbers(120_000)))
  setImmediate(count)
  await Promise.all(results.map((result, index) => reader.take(result, index)))
  isOver = true
  expect(turns).toBeGreaterThan(4)
})

test('what the handler throws is the error of its result alone', async () => {
  const seen: number[] = []
  const reader = new ResultReader(0, site, index => {
    if (index === 1) throw new Error('not this one')
    seen.push(index)
  })
  const taken = [0, 1, 2].map(index => reader.take(done(numbers(5_000)), index))
  await expect(taken[1]).rejects.toThrow('not this one')
  await Promise.all([taken[0], taken[2]])
  expect(seen).toEqual([0, 2])
})

test('all chunks count for spark.driver.maxResultSize', () => {
  const reader = new ResultReader(100_000, site, () => undefined)
  expect(() => reader.take(done(numbers(20_000)), 0)).toThrow(/is bigger than spark\.driver\.maxResultSize \(100000 bytes\)/)
})

test('a large collect on threads is whole, and in order', () => withSpark('local[2]', async sc => {
  const collected = await sc.range(0, 60_000, 1, 3).map(n => [n, `name ${n}`]).collect()
  expect(collected).toEqual(numbers(60_000))
  expect(await sc.parallelize(numbers(9_000), 1).first()).toEqual([0, 'name 0'])
}))
