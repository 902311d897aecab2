/** Inputs whose batches are plans: asked once a batch and in order, kept in the checkpoint, read again after a failure, forgotten with their batches. */
import { ReplayableInputDStream, Seconds, type PlanHints, type RDD, type StreamingContext, type Time } from '../../lib/index'
import { masters } from '../support/contexts'
import { Lives } from '../support/lives'
import { quietly, withStreaming } from '../support/streams'

interface Range { readonly from: number, readonly until: number }
type Asked = readonly [second: number, previous: Range | undefined, maxRecords: number | undefined]

/** Ten numbers a batch, or what `next` says. */
class Tens extends ReplayableInputDStream<number, Range> {
  readonly asked: Asked[] = []
  readonly resumed: (Range | undefined)[] = []

  constructor(context: StreamingContext, private readonly next: (hints: PlanHints<Range>, second: number) => Range | undefined | Promise<Range | undefined> = tenMore) { super(context, 'tens') }

  protected plan(time: Time, hints: PlanHints<Range>): Range | undefined | Promise<Range | undefined> {
    this.asked.push([time.milliseconds / 1_000, hints.previous, hints.maxRecords])
    return this.next(hints, time.milliseconds / 1_000)
  }

  protected read({ from, until }: Range): RDD<number> { return this.context.sparkContext.range(from, until, 1, 2) }
  protected override records({ from, until }: Range): number { return until - from }
  protected override metadata({ from, until }: Range): Record<string, unknown> { return { Description: `${from} to ${until}` } }
  protected override resume(latest: Range | undefined): void { this.resumed.push(latest) }
  plannedAt(time: Time): Range | undefined { return this.planOf(time) }
  /** The seconds whose plans are kept. */
  get kept(): number[] { return Array.from({ length: 30 }, (_, second) => second).filter(second => this.checkpointData(timeAt(second)) !== undefined) }
}

const timeAt = (second: number): Time => ({ milliseconds: second * 1_000 }) as Time
const tenMore = ({ previous }: PlanHints<Range>): Range => ({ from: previous?.until ?? 0, until: (previous?.until ?? 0) + 10 })
const numbers = (from: number, until: number): number[] => Array.from({ length: until - from }, (_, i) => from + i)

/** Notes the batches of a stream by their second. */
function noted(stream: Tens, batches = new Map<number, number[]>()): Map<number, number[]> {
  stream.foreachRDD(async (rdd, time) => { batches.set(time.milliseconds / 1_000, await rdd.collect()) })
  return batches
}

describe.each(masters)('on %s', master => {
  test('a plan a batch, in order, each with the one before; listeners are told what it has', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const tens = new Tens(ssc, async hints => tenMore(hints))
    const batches = noted(tens)
    noted(tens)
    const told: unknown[] = []
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        const info = batchInfo.streamIdToInputInfo.get(tens.id)!
        told.push([info.numRecords, info.metadataDescription])
      },
    })
    await ssc.start()
    await runBatches(3)
    expect([...batches]).toEqual([[1, numbers(0, 10)], [2, numbers(10, 20)], [3, numbers(20, 30)]])
    expect(tens.asked).toEqual([[1, undefined, undefined], [2, { from: 0, until: 10 }, undefined], [3, { from: 10, until: 20 }, undefined]])
    expect(told).toEqual([[10, '0 to 10'], [10, '10 to 20'], [10, '20 to 30']])
    expect(tens.plannedAt(timeAt(2))).toEqual({ from: 10, until: 20 })
  }))

  test('a recovered program has the batches again that had not ended, and goes on behind the last', async () => {
    const lives = new Lives()
    const before = new Map<number, number[]>()
    const directory = await lives.live(ssc => { noted(new Tens(ssc), before) }, async ({ runBatches, killed }) => {
      await runBatches(2)
      return killed()
    }, { master })
    let tens: Tens | undefined
    const after = new Map<number, number[]>()
    await lives.live(ssc => { noted(tens = new Tens(ssc), after) }, ({ runBatches }) => runBatches(1), { master, directory, atMs: 3_000 })
    expect(tens!.resumed).toEqual([{ from: 10, until: 20 }])
    expect(tens!.asked.map(([second]) => second)).toEqual([3, 4])
    expect(tens!.asked[0]![1]).toEqual({ from: 10, until: 20 })
    expect([...before.values(), ...after.values()].flat()).toEqual(numbers(0, 40))
  })

  test('a batch that was cut off is the same again', async () => {
    const lives = new Lives()
    let directory: string | undefined
    const ranges = (until: number) => ({ previous }: PlanHints<Range>): Range => ({ from: previous?.until ?? 0, until })
    await lives.live(ssc => {
      const tens = new Tens(ssc, ranges(7))
      // What a process leaves that is killed when the batch has been planned and read, and has not ended.
      tens.foreachRDD(async rdd => {
        expect(await rdd.count()).toBe(7)
        directory ??= await killedNow!()
      })
    }, async ({ runBatches, killed }) => {
      killedNow = killed
      await runBatches(1)
    }, { master })
    const after = new Map<number, number[]>()
    let tens: Tens | undefined
    await lives.live(ssc => { noted(tens = new Tens(ssc, ranges(9)), after) }, ({ runBatches }) => runBatches(1), { master, directory: directory!, atMs: 1_000 })
    expect([...after]).toEqual([[1, numbers(0, 7)], [2, numbers(7, 9)]])
    expect(tens!.asked).toEqual([[2, { from: 0, until: 7 }, undefined]])
  })
})

let killedNow: (() => Promise<string>) | undefined

test('a plan that rejects loses its batch, and nothing else: the next is asked with the same previous', () => quietly(() => withStreaming('local', async ({ ssc, runBatches }) => {
  const tens = new Tens(ssc, async (hints, second) => {
    if (second === 2 || second === 3) throw new Error('away')
    return tenMore(hints)
  })
  const batches = noted(tens)
  await ssc.start()
  await runBatches(4)
  expect([...batches]).toEqual([[1, numbers(0, 10)], [4, numbers(10, 20)]])
  expect(tens.asked.map(([, previous]) => previous?.until)).toEqual([undefined, 10, 10, 10])
  expect(String((ssc.firstError?.thrown as Error).message)).toContain('away')
})))

test('without a plan there is no batch, and the one before stays the one before', () => withStreaming('local', async ({ ssc, runBatches }) => {
  const tens = new Tens(ssc, (hints, second) => second % 2 === 0 ? undefined : tenMore(hints))
  const batches = noted(tens)
  await ssc.start()
  await runBatches(3)
  expect([...batches]).toEqual([[1, numbers(0, 10)], [3, numbers(10, 20)]])
  expect(ssc.firstError).toBeUndefined()
}))

test('plans are kept for as long as their batches are remembered', () => withStreaming('local', async ({ ssc, runBatches }) => {
  const tens = new Tens(ssc)
  const windows = new Map<number, number[]>()
  tens.window(Seconds(3)).foreachRDD(async (rdd, time) => { windows.set(time.milliseconds / 1_000, (await rdd.collect()).sort((a, b) => a - b)) })
  await ssc.start()
  await runBatches(12)
  expect(windows.get(12)).toEqual(numbers(90, 120))
  expect(tens.kept.length).toBeLessThan(7)
  expect(tens.kept).toEqual(expect.arrayContaining([10, 11, 12]))
}))

test('a window that is recovered has the batches of before', async () => {
  const lives = new Lives()
  const windows = new Map<number, number[]>()
  const build = (ssc: StreamingContext): void => {
    new Tens(ssc).window(Seconds(3)).foreachRDD(async (rdd, time) => { windows.set(time.milliseconds / 1_000, (await rdd.collect()).sort((a, b) => a - b)) })
  }
  const directory = await lives.live(build, async ({ runBatches, killed }) => {
    await runBatches(5)
    return killed()
  })
  await lives.live(build, ({ runBatches }) => runBatches(1), { directory, atMs: 5_000 })
  expect(windows.get(6)).toEqual(numbers(30, 60))
})

test('with backpressure a plan is told how many records the program takes, once that is known', () => withStreaming('local', async ({ ssc, clock, runBatches }) => {
  const tens = new Tens(ssc)
  // Batches take half a second of the clock that listeners see, one event after another.
  let extraMs = 0
  const { now } = clock
  clock.now = () => now.call(clock) + extraMs
  tens.foreachRDD(async () => { extraMs += 500 })
  await ssc.start()
  await runBatches(4)
  const hints = tens.asked.map(([, , maxRecords]) => maxRecords)
  expect(hints[0]).toBeUndefined()
  expect(hints.at(-1)).toBeGreaterThanOrEqual(1)
  expect(hints.at(-1)).toBeLessThanOrEqual(100)
}, { settings: { 'spark.streaming.backpressure.enabled': 'true' } }))

test('without backpressure a plan is told nothing', () => withStreaming('local', async ({ ssc, runBatches }) => {
  const tens = new Tens(ssc)
  noted(tens)
  await ssc.start()
  await runBatches(3)
  expect(tens.asked.map(([, , maxRecords]) => maxRecords)).toEqual([undefined, undefined, undefined])
}))
