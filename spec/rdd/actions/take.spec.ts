/** take, first and isEmpty: no more partitions than needed; the numbers are those of Spark's RDDSuite. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('take on %s', master => {
  test.each([1, 2, 100, 1000])(
    'gives the first elements, of %d partitions', count => withSpark(master, async sc => {
    const input = numbers(1, 1000)
    const nums = sc.makeRDD(input, count)
    for (const num of [0, 1, 3, 500, 501, 999, 1000]) {
      expect(await nums.take(num)).toEqual(input.slice(0, num))
      expect(await nums.takeAsync(num)).toEqual(input.slice(0, num))
    }
  }))

  test('of more than there is gives all; of nothing and less gives nothing', () =>
    withSpark(master, async sc => {
    const nums = sc.parallelize([1, 2], 2)
    expect(await nums.take(2_147_483_638)).toEqual([1, 2])
    expect(await nums.take(-1)).toEqual([])
    expect(await nums.take(NaN)).toEqual([])
    expect(await sc.emptyRDD().take(5)).toEqual([])
  }))

  test('looks at one partition, then at four times as many as it has seen', () =>
    withSpark(master, async sc => {
    const sizes: number[] = []
    sc.events.subscribe(event => { if (event.type === 'stageSubmitted') sizes.push(event.stage.numTasks) })
    const late = sc.parallelize(numbers(0, 100), 100).filter(x => x > 60)
    expect(await late.take(1)).toEqual([61])
    expect(sizes).toEqual([1, 4, 20, 75])
    sizes.length = 0
    await sc.parallelize(numbers(0, 100), 100).take(1)
    expect(sizes).toEqual([1])
  }))

  test('runs no function on elements that are not asked for', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 10), 2).map(x => { if (x > 1) throw new Error('boom'); return x })
    expect(await rdd.take(2)).toEqual([0, 1])
    await expectFailureIn('map', 'take.spec.ts', rdd.take(3))
  }))
})

describe.each(masters)('first and isEmpty on %s', master => {
  test('look for one element', () => withSpark(master, async sc => {
    expect(await sc.parallelize([7, 8], 2).first()).toBe(7)
    expect(await sc.parallelize([1, 2, 3], 3).filter(x => x > 2).first()).toBe(3)
    expect(await sc.parallelize([undefined]).first()).toBeUndefined()
    expect(await sc.emptyRDD().isEmpty()).toBe(true)
    expect(await sc.parallelize([]).isEmpty()).toBe(true)
    expect(await sc.parallelize([1]).isEmpty()).toBe(false)
    expect(await sc.parallelize([1, 2, 3], 3).filter(x => x < 0).isEmpty()).toBe(true)
    expect(await sc.parallelize([1, 2, 3], 3).filter(x => x > 1).isEmpty()).toBe(false)
  }))

  test('the first of nothing is an error', () => withSpark(master, async sc => {
    expect(await failureOf(sc.emptyRDD().first())).toMatchObject({
      name: 'UnsupportedOperationError', message: 'empty collection',
        at: expect.stringMatching(/^first at take\.spec\.ts:\d+$/),
    })
    await expectFailureIn('map', 'take.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).first())
  }))

  test('their jobs bear their names', () => withSpark(master, async sc => {
    const names: string[] = []
    sc.events.subscribe(event => { if (event.type === 'jobStart') names.push(event.name) })
    await sc.parallelize([1], 1).first()
    await sc.parallelize([1], 1).isEmpty()
    expect(names).toEqual([expect.stringMatching(/^first at take\.spec/),
      expect.stringMatching(/^isEmpty at take\.spec/)])
  }))
})
