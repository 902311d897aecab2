/** Tasks know themselves wherever a user's function runs, also after something asynchronous was awaited. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { RDD } from '../../lib/index'
import { TaskContext } from '../../lib/index'
import { masters, withSpark } from '../support/contexts'
import { withFolder } from '../support/folders'

const here = (): number => TaskContext.get()?.partitionId ?? -1

describe.each(masters)('tasks on %s', master => {
  const overLines = (f: (lines: RDD<string>) => Promise<void>): Promise<void> => withFolder(folder => withSpark(master, sc => {
    for (const name of ['a', 'b']) fs.writeFileSync(path.join(folder, name), 'x\ny\nz\n')
    return f(sc.textFile(folder, 1))
  }))
  const each = [0, 0, 0, 1, 1, 1]

  test('in a loop over what was read asynchronously', () => overLines(async lines => {
    expect(await lines.map(here).collect()).toEqual(each)
    expect(await lines.cache().map(here).collect()).toEqual(each)
    expect(await lines.map(here).cache().collect()).toEqual(each)
  }))

  test('in iterables', () => overLines(async lines => {
    expect(await lines.map(here).mapPartitions(values => [...values].map(value => [value, here()])).collect())
      .toEqual(each.map(partition => [partition, partition]))
    expect(await lines.context.runJob(lines.map(here), values => [...values, here()])).toEqual([[0, 0, 0, 0], [1, 1, 1, 1]])
  }))

  test('in asynchronous functions', () => overLines(async lines => {
    const awaited = lines.mapPartitions(async values => {
      const all = [...values]
      await undefined
      return all.map(here)
    })
    expect(await awaited.map(partition => [partition, here()]).collect()).toEqual(each.map(partition => [partition, partition]))
  }))

  test('on the map side of a shuffle, where accumulators count once', () => overLines(async lines => {
    const seen = lines.context.longAccumulator()
    const counts = await lines.map(() => {
      seen.add(1)
      return [here(), 1]
    }).reduceByKey((a, b) => a + b, 1).collect()
    expect(counts.sort()).toEqual([[0, 3], [1, 3]])
    expect(Number(seen.value)).toBe(6)
  }))
})

describe('retries', () => {
  test('accumulators count the lines of the attempt that succeeded', () => withFolder(folder => withSpark('local[1,3]', async sc => {
    fs.writeFileSync(path.join(folder, 'a'), 'x\ny\nz\n')
    const seen = sc.longAccumulator()
    let left = 2
    const lines = sc.textFile(folder, 1).map(line => {
      seen.add(1)
      if (line === 'z' && left-- > 0) throw new Error('once more')
      return line
    })
    expect([await lines.collect(), Number(seen.value)]).toEqual([['x', 'y', 'z'], 3])
  })))
})
