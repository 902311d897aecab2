/**
 * foreach and foreachPartition: what they do is done once for each, in order, awaited. They write to a file,
 * which every engine can.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { TaskContext } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

const linesOf = (file: string): string[] => fs.existsSync(file)
  ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : []

describe.each(masters)('foreach on %s', master => {
  test('calls the function once for each element', () => withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    await sc.parallelize(numbers(0, 10), 3).foreach(x => { fs.appendFileSync(file, `${x}\n`) })
    expect(linesOf(file).map(Number).sort((a, b) => a - b)).toEqual(numbers(0, 10))
    expect(await sc.emptyRDD().foreach(() => 1)).toBeUndefined()
  })))

  test.each(['async', 'promise', 'sometimes'] as const)('lets the elements of a partition take turns: %s',
    kind => withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    const slowly = async (x: number): Promise<void> => {
      for (let turn = 0; turn < 3 - x % 3; turn++) await new Promise(resolve => { setImmediate(resolve) })
      fs.appendFileSync(file, `${x}\n`)
    }
    const atOnce = (x: number): void => fs.appendFileSync(file, `${x}\n`)
    const functions = { async: slowly, promise: (x: number) => slowly(x), sometimes: (x: number) =>
      x % 2 === 1 ? slowly(x) : atOnce(x) }
    await sc.parallelize(numbers(0, 10), 1).map(x => x).foreach(functions[kind])
    expect(linesOf(file).map(Number)).toEqual(numbers(0, 10))
  })))

  test('knows its partition, also after awaiting', () => withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    const write = async (x: number): Promise<void> => {
      await Promise.resolve()
      fs.appendFileSync(file, `${x}:${TaskContext.getPartitionId()}\n`)
    }
    await sc.parallelize([0, 1, 2], 3).foreach(write)
    expect(linesOf(file).sort()).toEqual(['0:0', '1:1', '2:2'])
  })))

  test('fails by its line, however the function fails', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3], 2)
    await expectFailureIn('foreach', 'foreach.spec.ts', rdd.foreach(() => { throw new Error('boom') }))
    await expectFailureIn('foreach', 'foreach.spec.ts', rdd.foreach(async () => { throw new Error('boom') }))
    await expectFailureIn('foreach', 'foreach.spec.ts', rdd.foreach(() => Promise.reject(new Error('boom'))))
    await expectFailureIn('foreach', 'foreach.spec.ts',
      rdd.foreach(x => x === 1 ? Promise.resolve() : Promise.reject(new Error('boom'))))
    await expectFailureIn('map', 'foreach.spec.ts',
      rdd.map(() => { throw new Error('boom') }).foreach(async () => undefined))
    expect(await failureOf(rdd.foreach(1 as any))).toMatchObject(
      { name: 'IllegalArgumentError', at: expect.stringMatching(/^foreach at foreach\.spec/) })
  }))

  test('leaves no further elements to an async function that has failed', () =>
    withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    await failureOf(sc.parallelize(numbers(0, 5), 1).foreach(async x => {
      fs.appendFileSync(file, `${x}\n`)
      if (x === 1) throw new Error('boom')
    }))
    expect(linesOf(file)).toEqual(['0', '1'])
  })))
})

describe.each(masters)('foreachPartition on %s', master => {
  test('gives each partition once, empty ones too', () => withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    await sc.parallelize([1, 2], 3).foreachPartition(
      values => fs.appendFileSync(file, `${[...values].join('+')}|\n`))
    expect(linesOf(file).sort()).toEqual(['1|', '2|', '|'])
    expect(await sc.emptyRDD().foreachPartition(() => 1)).toBeUndefined()
  })))

  test('awaits async functions, and ignores what functions return', () =>
    withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    // One partition: the order of two is nobody's promise.
    await sc.parallelize([1, 2, 3, 4], 1).map(x => 2 * x).foreachPartition(async values => {
      for (const x of values) {
        await new Promise(resolve => { setImmediate(resolve) })
        fs.appendFileSync(file, `${x}\n`)
      }
      return () => 'a function cannot be sent anywhere'
    })
    expect(linesOf(file)).toEqual(['2', '4', '6', '8'])
    expect(await sc.parallelize([1], 1).foreachPartition(() => () => 1)).toBeUndefined()
  })))

  test('fails by its line', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3], 2)
    await expectFailureIn('foreachPartition', 'foreach.spec.ts',
      rdd.foreachPartition(() => { throw new Error('boom') }))
    await expectFailureIn('foreachPartition', 'foreach.spec.ts',
      rdd.foreachPartition(async () => { throw new Error('boom') }))
    expect((await failureOf(rdd.foreachPartition(undefined as any))).message).toContain(
      'foreachPartition: its argument must be a function')
  }))
})
