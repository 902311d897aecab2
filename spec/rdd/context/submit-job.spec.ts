/** submitJob and runApproximateJob. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('submitJob on %s', master => {
  it('hands over each result and gives what the end makes of them', () => withSpark(master, async sc => {
    const results: [number, number][] = []
    const rdd = sc.parallelize([1, 2, 3, 4], 4)
    const action = sc.submitJob(rdd, values =>
      [...values][0]!, [3, 1], (index, value) => { results.push([index, value]) }, () => 'done')
    expect(await action).toBe('done')
    expect(results.sort()).toEqual([[0, 4], [1, 2]])
    expect(action.jobIds.length).toBe(1)
  }))

  it('can be cancelled, and hands nothing over afterwards', () => withSpark(master, async sc => {
    let handed = 0
    const pause = async () => { await new Promise(resolve => setTimeout(resolve, 5)) }
    const slices = Array.from({ length: 1000 }, (_, i) => i)
    const action = sc.submitJob(sc.parallelize(slices, 1000), pause, slices, () => { handed++ }, () => handed)
    while (handed < 2) await new Promise(resolve => setImmediate(resolve))
    action.cancel()
    const before = handed
    await expect(action.result).rejects.toMatchObject({ code: 'MR_JOB_CANCELLED' })
    expect(handed).toBe(before)
  }))

  it('refuses wrong arguments', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1], 1)
    expect(() => sc.submitJob([] as any, () => 1, [0], () => undefined, () => 1))
      .toThrow(/its first argument must be an RDD/)
    expect(() => sc.submitJob(rdd, 1 as any, [0], () => undefined, () => 1))
      .toThrow(/the function must be a function/)
    await expect(sc.submitJob(rdd, () => 1, [1], () => undefined, () => 1).result)
      .rejects.toThrow(/non-existent partition: 1/)
  }))
})

describe.each(masters)('runApproximateJob on %s', master => {
  const summing = () => {
    let sum = 0
    const partitions: number[] = []
    return { merge: (partition: number, result: number) => { partitions.push(partition); sum += result },
      currentResult: () => sum, partitions }
  }

  it('is complete when there is time', () => withSpark(master, async sc => {
    const evaluator = summing()
    const result = await sc.runApproximateJob(sc.parallelize([1, 2, 3], 3), values =>
      [...values].length, evaluator, 60_000)
    expect([result.initialValue, result.isInitialValueFinal]).toEqual([3, true])
    expect(evaluator.partitions.sort()).toEqual([0, 1, 2])
  }))

  it('rejects with the error of a task and for a wrong time', () => withSpark(master, async sc => {
    await expect(sc.runApproximateJob(sc.parallelize([1]), () => { throw new Error('mine') }, summing(),
      60_000)).rejects.toThrow('mine')
    await expect(sc.runApproximateJob(sc.parallelize([1]), () => 1, summing(), -1))
      .rejects.toThrow(/timeout must be a number of milliseconds/)
  }))
})
