/** Broadcast values: read in tasks, gone when destroyed; facts of Spark's BroadcastSuite. */
import { masters, withSpark } from '../support/contexts'

describe.each(masters)('broadcast on %s', master => {
  it('gives tasks the value', () => withSpark(master, async sc => {
    const list = sc.broadcast([1, 2, 3, 4])
    const sums = await sc.parallelize([1, 2], 2).map(n => [n, list.value.reduce((a, b) => a + b)]).collect()
    expect(sums).toEqual([[1, 10], [2, 10]])
    expect(list.value).toEqual([1, 2, 3, 4])
  }))

  it('takes anything: Maps, undefined, null, functions', () => withSpark(master, async sc => {
    for (const value of [undefined, null, 0, new Map([[1, 'a']]), (n: number) => n + 1]) {
      expect(sc.broadcast(value).value).toBe(value)
    }
    const lookup = sc.broadcast(new Map([[1, 'a']]))
    expect(await sc.parallelize([1, 2]).map(n => lookup.value.get(n)).collect()).toEqual(['a', undefined])
  }))

  it('numbers values and shows the number', () => withSpark(master, sc => {
    expect([sc.broadcast('a'), sc.broadcast('b')].map(String)).toEqual(['Broadcast(0)', 'Broadcast(1)'])
    expect((sc.broadcast('c') as any)[Symbol.for('millrace.travel')]).toEqual({ kind: 'broadcast', id: 2 })
  }))

  it('can be read after unpersist, and not after destroy', () => withSpark(master, async sc => {
    const value = sc.broadcast([1])
    value.unpersist()
    expect(value.value).toEqual([1])
    value.destroy()
    expect(() => value.value)
      .toThrow(/^Attempted to use Broadcast\(0\) after it was destroyed \(destroy at broadcast\.spec\.ts:\d+\)$/)
    expect(() => value.unpersist()).toThrow(/after it was destroyed/)
    expect(() => value.destroy()).toThrow(/after it was destroyed/)
    expect(() => (value as any)[Symbol.for('millrace.travel')]).toThrow(/after it was destroyed/)
    expect([value.isValid, String(value)]).toEqual([false, 'Broadcast(0)'])
    const use = async () => sc.parallelize([1]).map(() => value.value).collect()
    await expect(use()).rejects.toThrow(/Attempted to use Broadcast\(0\)/)
  }))

  it('refuses RDDs and contexts', () => withSpark(master, sc => {
    expect(() => sc.broadcast(sc.parallelize([1])))
      .toThrow('Can not directly broadcast RDDs; instead, call collect() and broadcast the result.')
    expect(() => sc.broadcast(sc)).toThrow(/a SparkContext lives on the driver/)
  }))

  it('needs a context that runs', async () => {
    const sc = await withSpark(master, context => context)
    expect(() => sc.broadcast(1)).toThrow(/stopped SparkContext/)
  })
})
