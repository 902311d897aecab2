/** BatchOutput: which output and which attempt a batch is at, and effects that happen once. */
import { TaskContext, type BatchOutput, type StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { Lives, numbered, type Life } from '../../support/lives'
import { withLog } from '../../support/logged'
import { failure, thrown } from '../../support/operator-cases'
import { quietly, withStreaming } from '../../support/streams'

test('says which output, which batch and which attempt it is', async () => {
  const lives = new Lives()
  const seen: unknown[] = []
  let isBroken = true
  const note = (name: string) => (_rdd: unknown, time: unknown, output: BatchOutput): void => {
    const { outputId, attempt, isRerun } = output
    expect(output.time).toBe(time)
    seen.push([name, output.time.milliseconds, outputId, attempt, isRerun])
    if (isBroken && name === 'second' && output.time.milliseconds === 1000) throw new Error('broken')
  }
  const build = (ssc: StreamingContext): void => {
    const input = numbered(ssc)
    input.foreachRDD(note('first'))
    input.foreachRDD(note('named'), { uid: 'mine' })
    input.foreachRDD(note('second'))
  }
  await quietly(() => lives.live(build, ({ runBatches }) => runBatches(1)))
  expect(seen.splice(0)).toEqual([['first', 1000, 'foreachRDD-0', 0, false], ['named', 1000, 'mine', 0, false], ['second', 1000, 'foreachRDD-2', 0, false]])
  await quietly(() => lives.live(build, () => undefined, { atMs: 1000 }))
  isBroken = false
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 1000 })
  expect(seen.filter(([name]: any) => name === 'second')).toEqual([
    ['second', 1000, 'foreachRDD-2', 1, true], ['second', 1000, 'foreachRDD-2', 2, true], ['second', 2000, 'foreachRDD-2', 0, false],
  ])
})

test('options that are wrong, and what once cannot take, are refused at the call', async () => {
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const input = numbered(ssc)
    expect(thrown(() => input.foreachRDD(() => undefined, 'id' as never)).message).toBe('foreachRDD: its options are wrong: "id"')
    const errors: any[] = []
    input.foreachRDD((_rdd, _time, output) => {
      errors.push(thrown(() => output.once('key', undefined as never)), thrown(() => output.once(() => 1, () => 1)))
    })
    await ssc.start()
    await quietly(() => runBatches(1))
    expect(errors.map(error => [error.name, error.code])).toEqual([['IllegalArgumentError', 'MR_ILLEGAL_ARGUMENT'], ['MillraceError', 'MR_KEY_REFUSED']])
  })
})

describe('once', () => {
  const keys: readonly unknown[] = ['a', 1, null, undefined, NaN, ['a', 1], { x: 1 }, new Date(5), 10n, '__proto__']

  test('runs a function once a key, whatever the key, in every life of the program', async () => {
    const lives = new Lives()
    const done: unknown[] = []
    const answers: boolean[] = []
    let isBroken = true
    const build = (ssc: StreamingContext): void => numbered(ssc).foreachRDD(async (_rdd, { milliseconds }, output) => {
      for (const key of keys) answers.push(await output.once(structuredClone(key), () => { done.push([milliseconds, key]) }))
      if (isBroken && milliseconds === 1000) throw new Error('broken')
    })
    await quietly(() => lives.live(build, ({ runBatches }) => runBatches(2)))
    expect(answers.splice(0)).toEqual([...keys, ...keys].map(() => true))
    isBroken = false
    await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 2000 })
    expect(answers).toEqual([...keys.map(() => false), ...keys.map(() => true)])
    expect(done).toEqual([1000, 2000, 3000].flatMap(timeMs => keys.map(key => [timeMs, key])))
  })

  test('of two calls with one key at a time, one runs; what fails is not recorded and may be tried again', async () => {
    await withStreaming('local', async ({ ssc, runBatches }) => {
      const seen: unknown[] = []
      numbered(ssc).foreachRDD(async (_rdd, _time, output) => {
        const calls = [1, 2].map(n => output.once('key', async () => { seen.push(n) }))
        seen.push(await Promise.all(calls))
        seen.push((await failure(output.once('other', () => { throw new Error('no') }))).message)
        seen.push(await output.once('other', () => 'is not kept'))
      })
      await ssc.start()
      await quietly(() => runBatches(1))
      expect(seen).toEqual([1, [true, false], 'no', true])
    })
  })

  test('a process that dies after the record does not run it again; one that dies before it does', async () => {
    for (const moment of ['in', 'after'] as const) {
      const lives = new Lives()
      let life: Life | undefined
      let left: string | undefined
      const ran: number[] = []
      const build = (ssc: StreamingContext): void => numbered(ssc).foreachRDD(async (_rdd, { milliseconds }, output) => {
        await output.once('mail', async () => {
          ran.push(milliseconds)
          if (moment === 'in' && milliseconds === 2000) left ??= await life!.killed()
        })
        if (moment === 'after' && milliseconds === 2000) left ??= await life!.killed()
      })
      await lives.live(build, async running => {
        life = running
        await running.runBatches(2)
      })
      await lives.live(build, ({ runBatches }) => runBatches(1), { directory: left!, atMs: 2000 })
      expect(ran).toEqual(moment === 'in' ? [1000, 2000, 2000, 3000] : [1000, 2000, 3000])
    }
  })

  test('without a checkpoint folder, the start says that it is not durable', async () => {
    const warnings = (f: (ssc: StreamingContext) => void): Promise<readonly string[]> => withLog(lines => withStreaming('local', async ({ ssc, runBatches }) => {
      f(ssc)
      await ssc.start()
      const atStart = [...lines]
      await runBatches(2)
      return [...atStart, '-', ...lines.slice(atStart.length)].filter(line => line === '-' || line.includes('no checkpoint folder'))
    }))
    const text = expect.stringMatching(/what output\.once has done is not durable/)
    expect(await warnings(ssc => numbered(ssc).foreachRDD(async (_rdd, _time, output) => { await output.once('a', () => undefined) }))).toEqual([text, '-'])
    expect(await warnings(ssc => numbered(ssc).foreachRDD(async (...args) => { await args[2].once('a', () => undefined) }))).toEqual(['-', text])
    expect(await warnings(ssc => numbered(ssc).foreachRDD(() => undefined))).toEqual(['-'])
  })
})

describe.each(masters)('tasks on %s', master => {
  test('know the batch time and their partition, and cannot take the output along', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const written: unknown[] = []
      numbered(ssc).foreachRDD(async rdd => {
        written.push(await rdd.mapPartitions(() => [[TaskContext.get()!.getLocalProperty('spark.streaming.internal.batchTime'), TaskContext.getPartitionId()]]).collect())
      })
      await ssc.start()
      await runBatches(2)
      expect(written).toEqual([[['1000', 0], ['1000', 1]], [['2000', 0], ['2000', 1]]])
    })
  })
})
