/**
 * Accumulators: added in tasks, once for each task that succeeds, read on the driver; facts of Spark's
 * AccumulatorSuite.
 */
import fc from 'fast-check'
import {
  AccumulatorV2, CollectionAccumulator, DoubleAccumulator, LongAccumulator, TaskContext,
} from '../../../lib/index'
import { setLogger } from '../../../lib/base/log'
import { attach } from '../../../lib/rdd/accumulators/registration'
import { masters, withSpark } from '../../support/contexts'

/** An accumulator as users write them, with a method, a getter and an arrow function of its own. */
class SetAccumulator extends AccumulatorV2<string, Set<string>> {
  protected held = new Set<string>()
  get isZero(): boolean { return this.held.size === 0 }
  get value(): Set<string> { return this.held }
  get size(): number { return this.value.size }
  add(word: string): void { this.held.add(word) }
  addAll(...words: string[]): void { for (const word of words) this.held.add(word) }
  readonly addTwice = (word: string): void => { this.held.add(word).add(word + word) }
  merge(other: SetAccumulator): void { for (const word of other.held) this.add(word) }
  copy(): SetAccumulator {
    const copy = new SetAccumulator()
    copy.held = new Set(this.value)
    return copy
  }
  reset(): void { this.held = new Set() }
}

/** The same engine with three attempts for each task. */
const retrying = (master: string): string => `local[${/\d+/.exec(master)?.[0] ?? 1}, 3]`

describe.each(masters)('accumulators on %s', master => {
  it('add what all tasks add', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: -1e6, max: 1e6 })), fc.integer({ min: 1, max: 5 }), async (numbers, slices) => {
      const [long, double, all] =
        [sc.longAccumulator(), sc.doubleAccumulator(), sc.collectionAccumulator<number>()]
      await sc.parallelize(numbers, slices).foreach(n => { long.add(n); double.add(n / 2); all.add(n) })
      const sum = numbers.reduce((a, b) => a + b, 0)
      expect([long.value, long.sum, long.count]).toEqual([sum, sum, numbers.length])
      expect(double.value).toBe(sum / 2)
      expect(long.avg).toBe(sum / numbers.length)
      expect([...all.value].sort()).toEqual([...numbers].sort())
    }), { numRuns: 30 })))

  it('add at once on the driver', () => withSpark(master, sc => {
    const counter = sc.longAccumulator('counter')
    counter.add(5)
    counter.add(7)
    expect([counter.value, counter.count, counter.avg, counter.isZero]).toEqual([12, 2, 6, false])
    counter.reset()
    expect([counter.value, counter.count, counter.isZero]).toEqual([0, 0, true])
    expect(counter.avg).toBe(NaN)
    counter.merge(Object.assign(new LongAccumulator(), { total: 3, added: 1 }))
    expect(counter.value).toBe(3)
  }))

  it('add in transformations, in partitions, and in async tasks', () => withSpark(master, async sc => {
    const counter = sc.longAccumulator()
    const mapped = sc.parallelize([1, 2, 3], 2).map(n => { counter.add(n); return n })
    expect(counter.value).toBe(0)
    await mapped.count()
    expect(counter.value).toBe(6)
    await mapped.count()
    expect(counter.value).toBe(12)
    counter.reset()
    await sc.parallelize([1, 2, 3], 2).mapPartitions(async values => {
      for (const n of values) {
        await undefined
        counter.add(n)
      }
      return []
    }).collect()
    expect(counter.value).toBe(6)
  }))

  it('forget what a failed job or a failed attempt added', () => withSpark(retrying(master), async sc => {
    const counter = sc.longAccumulator()
    const words = sc.collectionAccumulator<string>()
    await sc.parallelize([1, 2], 2).mapPartitionsWithIndex((index, values) => {
      const attempt = TaskContext.get()!.attemptNumber
      counter.add(1)
      words.add(`${index}.${attempt}`)
      if (index === 1 && attempt < 2) throw new Error(`attempt ${attempt}`)
      return values
    }).collect()
    expect(counter.value).toBe(2)
    expect([...words.value].sort()).toEqual(['0.0', '1.2'])
    await expect(sc.parallelize([1]).foreach(() => { counter.add(1); throw new Error('always') }))
      .rejects.toThrow('always')
    expect(counter.value).toBe(2)
  }))

  it.each(['value', 'sum', 'count', 'avg'] as const)('refuse to be read in a task: %s', member => withSpark(master, async sc => {
    const counter = sc.longAccumulator()
    await expect(sc.parallelize([1]).map(() => counter[member]).collect())
      .rejects.toThrow("Can't read accumulator value in task")
    expect(counter[member]).toBe(member === 'avg' ? NaN : 0)
  }))

  it('take classes of the user, with all their methods', () => withSpark(master, async sc => {
    const words = new SetAccumulator()
    sc.register(words, 'words')
    expect([words.name, words.isRegistered]).toEqual(['words', true])
    await sc.parallelize(['a', 'b', 'c'], 3).foreach(word => {
      if (word === 'a') words.add(word)
      else if (word === 'b') words.addAll('x', 'y')
      else words.addTwice(word)
    })
    expect([...words.value].sort()).toEqual(['a', 'c', 'cc', 'x', 'y'])
    expect(words.size).toBe(5)
    await expect(sc.parallelize([1]).map(() => words.size).collect())
      .rejects.toThrow("Can't read accumulator value in task")
    await expect(sc.parallelize(['z']).foreach(word => { words.add(word); throw new Error('no') }))
      .rejects.toThrow('no')
    expect(words.value.has('z')).toBe(false)
  }))

  it('do not give a task what the driver or another task has added', () => withSpark(master, async sc => {
    const words = new SetAccumulator()
    sc.register(words)
    words.add('driver')
    const sizes = sc.collectionAccumulator<number>()
    await sc.parallelize(['a', 'b'], 2).foreach(word => { words.add(word); sizes.add(1) })
    expect([...words.value].sort()).toEqual(['a', 'b', 'driver'])
    expect(sizes.value).toEqual([1, 1])
  }))

  it('are registered once', () => withSpark(master, sc => {
    const first = sc.longAccumulator('first')
    expect(() => sc.register(first)).toThrow('Cannot register an Accumulator twice.')
    expect(() => sc.register(first, 'again')).toThrow(expect.objectContaining({ code: 'MR_ILLEGAL_STATE' }))
    expect(sc.longAccumulator().id).toBeGreaterThan(first.id)
    expect(sc.longAccumulator().name).toBe(undefined)
    expect(() => new LongAccumulator().id).toThrow(/metadata of this accumulator has not been assigned yet/)
    expect(() => new LongAccumulator().name).toThrow(/not been assigned/)
    expect(String(new LongAccumulator())).toBe('Un-registered Accumulator: LongAccumulator')
    expect(String(first)).toBe(`LongAccumulator(id: ${first.id}, name: first, value: 0)`)
  }))

  it('refuse what they cannot be', () => withSpark(master, async sc => {
    expect(() => sc.register({} as any)).toThrow(/register: it needs an accumulator, got an object/)
    expect(() => sc.longAccumulator(3 as any)).toThrow(/the name must be a string, got 3/)
    class Broken extends LongAccumulator { override copy(): LongAccumulator { return this } }
    expect(() => sc.register(new Broken())).toThrow(/copyAndReset of Broken must return a zero value copy/)
    class Stuck extends LongAccumulator {
      override get isZero(): boolean { return false }
      override copy(): Stuck { return new Stuck() }
    }
    expect(() => sc.register(new Stuck())).toThrow(/copyAndReset of Stuck must return a zero value copy/)
    const long = sc.longAccumulator()
    for (const bad of [1.5, '1', NaN, undefined, 1n]) {
      expect(() => long.add(bad as any)).toThrow(/adds whole numbers/)
    }
    expect(() => sc.doubleAccumulator().add('1' as any)).toThrow(/adds numbers, got "1"/)
    await expect(sc.parallelize(['a']).foreach(word => long.add(word as any)))
      .rejects.toThrow(/a LongAccumulator adds whole numbers, got "a"/)
    expect(long.value).toBe(0)
  }))

  it('say how an engine elsewhere refers to them, and take plain data back', () => withSpark(master, sc => {
    const words = new SetAccumulator()
    sc.register(words)
    expect((words as any)[Symbol.for('millrace.travel')]).toEqual({ kind: 'accumulator', id: words.id })
    words.mergeUpdate({ held: new Set(['from afar']) })
    expect([...words.value]).toEqual(['from afar'])
    const standIn = new SetAccumulator()
    attach(standIn, words.id, undefined)
    expect(standIn.id).toBe(words.id)
  }))

  it('copy their value out', () => withSpark(master, sc => {
    const all = sc.collectionAccumulator<number>()
    all.add(1)
    const before = all.value as number[]
    before.push(2)
    expect(all.value).toEqual([1])
    expect(all.copy().value).toEqual([1])
    expect(all.copyAndReset().isZero).toBe(true)
  }))

  it('are left as they were where merging fails, and the job goes on', () => withSpark(master, async sc => {
    const errors: string[] = []
    setLogger({ ...console, error: text => { errors.push(text) } })
    class Failing extends DoubleAccumulator { override merge(): void { throw new Error('cannot merge') } override copy(): Failing { return new Failing() } }
    const failing = new Failing()
    sc.register(failing)
    const counter = sc.longAccumulator()
    await sc.parallelize([1, 2], 2).foreach(n => { failing.add(n); counter.add(1) })
    setLogger(undefined)
    expect([failing.value, counter.value]).toEqual([0, 2])
    expect(errors).toEqual(
      [1, 2].map(() => expect.stringMatching(/Failed to update accumulator \d+: Error: cannot merge/)))
  }))

  it('belong to a context that runs', async () => {
    const sc = await withSpark(master, context => context)
    expect(() => sc.longAccumulator()).toThrow(/stopped SparkContext/)
    expect(new CollectionAccumulator<number>().isRegistered).toBe(false)
  })
})
