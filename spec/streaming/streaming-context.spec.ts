import {
  IllegalArgumentError, IllegalStateError, InputDStream, Milliseconds, Seconds, SparkConf, SparkContext, SparkError, StreamingContext,
} from '../../lib/index'
import { collectBatches, ManualClock } from '../../lib/testing/index'
import { withSpark } from '../support/contexts'
import { eventually } from '../support/eventually'
import { withFolder } from '../support/folders'
import { withLog } from '../support/logged'
import { HandReceiver } from '../support/receivers'
import { withStreaming } from '../support/streams'

const clock = (): { clock: ManualClock } => ({ clock: new ManualClock() })

describe('creation', () => {
  test('from a SparkContext', () => withSpark('local', sc => {
    const ssc = new StreamingContext(sc, Seconds(1), clock())
    expect([ssc.sparkContext, ssc.batchDuration, ssc.getState(), StreamingContext.is(ssc)]).toEqual([sc, Seconds(1), 'INITIALIZED', true])
  }))

  test('from a SparkConf, which is copied', async () => {
    const conf = new SparkConf().setMaster('local').setAppName('from conf')
    const ssc = new StreamingContext(conf, Seconds(1), clock())
    conf.setAppName('changed')
    expect([ssc.sparkContext.appName, ssc.sparkContext.master]).toEqual(['from conf', 'local'])
    await withLog(() => ssc.stop())
  })

  test('from a master URL and a name', async () => {
    const ssc = new StreamingContext('local', 'by name', Milliseconds(250), clock())
    expect([ssc.sparkContext.appName, ssc.batchDuration.milliseconds]).toEqual(['by name', 250])
    await withLog(() => ssc.stop())
  })

  test.each<[string, unknown[], string | RegExp]>([
    ['no interval', ['local', 'x'], 'Batch duration for StreamingContext cannot be null'],
    ['null for the interval', ['local', 'x', null], 'Batch duration for StreamingContext cannot be null'],
    ['a bare number', ['local', 'x', 1000], /must be a Duration/],
    ['a negative interval', ['local', 'x', Milliseconds(-1)], /longer than nothing/],
    ['something else than a context', [{}, Seconds(1)], /made from a SparkContext, a SparkConf, or a master URL/],
    ['options that are none', ['local', 'x', Seconds(1), 5], /options of a StreamingContext are an object/],
    ['a clock that is none', ['local', 'x', Seconds(1), { clock: {} }], /methods now and schedule/],
  ])('%s is refused and leaves no SparkContext behind', (_name, args, message) => {
    expect(() => new (StreamingContext as any)(...args)).toThrow(IllegalArgumentError)
    expect(() => new (StreamingContext as any)(...args)).toThrow(message)
    expect(SparkContext.active).toBeUndefined()
  })

  test('a stopped SparkContext is refused', async () => {
    const sc = new SparkContext('local', 'x')
    await sc.stop()
    expect(() => new StreamingContext(sc, Seconds(1))).toThrow('Cannot call methods on a stopped SparkContext')
  })

  test('spark.streaming.checkpoint.directory is the checkpoint folder', () => withFolder(folder => withSpark('local', sc => {
    expect(new StreamingContext(sc, Seconds(1), clock()).checkpointDirectory).toBe(`${folder}/cp`)
  }, { 'spark.streaming.checkpoint.directory': `${folder}/cp` })))
})

describe('states', () => {
  test('INITIALIZED, ACTIVE, STOPPED', () => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(['INITIALIZED', undefined])
    await ssc.start()
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(['ACTIVE', ssc])
    await ssc.stop(false)
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(['STOPPED', undefined])
  }))

  test('a second start is a warning while active, an error when stopped', () => withLog(lines => withStreaming('local', async ({ ssc, runBatches }) => {
    const batches = collectBatches(ssc.queueStream([[1]]))
    await Promise.all([ssc.start(), ssc.start()])
    await ssc.start()
    expect(lines.filter(line => line.includes('StreamingContext has already been started'))).toHaveLength(2)
    await runBatches(1)
    expect(batches).toEqual([[1]])
    await ssc.stop(false)
    await expect(ssc.start()).rejects.toThrow(new IllegalStateError('StreamingContext has already been stopped'))
  })))

  test('one is active at a time; the other may start when it has stopped', () => withStreaming('local', async ({ ssc }) => {
    const other = new StreamingContext(ssc.sparkContext, Seconds(1), clock())
    for (const each of [ssc, other]) each.queueStream([[1]]).print()
    await ssc.start()
    await expect(other.start()).rejects.toThrow(/Only one StreamingContext may be started in this JVM.*streams\.ts/)
    expect([other.getState(), StreamingContext.getActive()]).toEqual(['INITIALIZED', ssc])
    await ssc.stop(false)
    await other.start()
    expect(StreamingContext.getActive()).toBe(other)
    await other.stop(false)
  }))

  test.each<[string, (ssc: StreamingContext) => void, string | RegExp]>([
    ['nothing is put out', ssc => { ssc.queueStream([[1]]).map(x => x) }, 'No output operations registered, so nothing to execute'],
    ['an input cannot start', ssc => {
      class Broken extends InputDStream<number> {
        override start(): void { throw new Error('no device') }
        override compute(): undefined { return undefined }
      }
      new Broken(ssc).print()
    }, 'no device'],
  ])('when %s, the start fails, everything is stopped and it cannot be tried again', (_name, define, message) => withLog(() => withStreaming('local', async ({ ssc, clock: hand }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver)
    define(ssc)
    await expect(ssc.start()).rejects.toThrow(message)
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(['STOPPED', undefined])
    expect(receiver.calls.length % 2).toBe(0)
    await hand.advance(5_000)
    expect(ssc.completedBatchCount).toBe(0)
    await expect(ssc.start()).rejects.toThrow('already been stopped')
    await ssc.awaitTermination()
  })))

  test('streams are added before the start only', () => withStreaming('local', async ({ ssc }) => {
    const stream = ssc.queueStream([[1]])
    stream.print()
    await ssc.start()
    const attempts: (() => unknown)[] = [() => ssc.queueStream([[1]]), () => stream.map(x => x), () => stream.print()]
    for (const attempt of attempts) {
      expect(attempt).toThrow(new IllegalStateError('Adding new inputs, transformations, and output operations after starting a context is not supported'))
    }
    await ssc.stop(false)
    for (const attempt of attempts) {
      expect(attempt).toThrow(new IllegalStateError('Adding new inputs, transformations, and output operations after stopping a context is not supported'))
    }
    expect(ssc.graph.inputs).toHaveLength(1)
  }))
})

describe('stop', () => {
  test('before the start it is a warning; the SparkContext stops if asked', () => withLog(async lines => {
    const ssc = new StreamingContext('local', 'x', Seconds(1), clock())
    await ssc.stop(false)
    expect(lines).toEqual(['StreamingContext: StreamingContext has not been started yet'])
    expect([ssc.getState(), ssc.sparkContext.isStopped]).toEqual(['STOPPED', false])
    await ssc.awaitTermination()
    await ssc.stop(true)
    expect(ssc.sparkContext.isStopped).toBe(true)
    await ssc.stop()
  }))

  test.each<[string, (ssc: StreamingContext) => Promise<void>, boolean]>([
    ['without arguments', ssc => ssc.stop(), true],
    ['with false', ssc => ssc.stop(false), false],
    ['with an object', ssc => ssc.stop({ stopSparkContext: false, stopGracefully: true }), false],
    ['with an object that does not say', ssc => ssc.stop({ stopGracefully: true }), true],
    ['with await using', ssc => ssc[Symbol.asyncDispose](), true],
  ])('%s', (_name, stop, stopsSpark) => withLog(() => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    await ssc.start()
    await stop(ssc)
    expect([ssc.getState(), ssc.sparkContext.isStopped]).toEqual(['STOPPED', stopsSpark])
  })))

  test('spark.streaming.stopSparkContextByDefault is the default', () => withLog(() => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    await ssc.start()
    await ssc.stop()
    expect(ssc.sparkContext.isStopped).toBe(false)
  }, { settings: { 'spark.streaming.stopSparkContextByDefault': 'false' } })))

  test('the SparkContext still stops when the stream had stopped before', () => withLog(() => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    await ssc.start()
    await ssc.stop(false)
    await ssc.stop(true)
    expect(ssc.sparkContext.isStopped).toBe(true)
  })))

  test('several at a time are one', () => withLog(() => withStreaming('local', async ({ ssc }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    await Promise.all([ssc.stop(false), ssc.stop(false, true), ssc.stop(false)])
    expect(receiver.calls).toEqual(['onStart', 'onStop'])
  })))

  test('while it is still starting, it waits for the start', () => withLog(() => withStreaming('local', async ({ ssc, clock: hand }) => {
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver))
    const started = ssc.start()
    await ssc.stop(false)
    await started
    await hand.advance(3_000)
    expect([ssc.getState(), receiver.calls, batches]).toEqual(['STOPPED', ['onStart', 'onStop'], []])
  })))

  test('in a listener it is an error; from there it may be asked for afterwards', () => withLog(() => withStreaming('local', async ({ ssc, runBatches }) => {
    const refused: unknown[] = []
    ssc.queueStream([[1]]).foreachRDD(() => undefined)
    ssc.addStreamingListener({
      onBatchCompleted() {
        void ssc.stop().catch((error: unknown) => refused.push(error))
        setImmediate(() => { void ssc.stop(false) })
      },
    })
    await ssc.start()
    await runBatches(1)
    await ssc.awaitTermination()
    expect(refused).toEqual([new SparkError('Cannot stop StreamingContext within listener bus thread.')])
  })))

  test('stopping the SparkContext stops the stream', () => withLog(() => withStreaming('local', async ({ ssc }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    await ssc.sparkContext.stop()
    expect([ssc.getState(), receiver.calls]).toEqual(['STOPPED', ['onStart', 'onStop']])
  })))

  test.each([[false], [true]])('awaited within an output operation it does not wait for itself (gracefully: %p)', gracefully => withLog(() => withStreaming('local', async ({ ssc, clock: hand }) => {
    const seen: string[] = []
    ssc.queueStream([[1], [2], [3]]).foreachRDD(async (rdd, time) => {
      if (time.milliseconds !== 2_000) return
      await ssc.stop(false, gracefully)
      seen.push(`${await rdd.collect()} after the stop`)
    })
    await ssc.start()
    await hand.advance(2_000)
    await ssc.awaitTermination()
    await hand.advance(5_000)
    expect([seen, ssc.getState(), ssc.completedBatchCount]).toEqual([['2 after the stop'], 'STOPPED', 2])
  })))
})

describe('awaitTermination', () => {
  test('resolves when the stream is stopped, and after that at once', () => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    await ssc.start()
    let isOver = false
    const over = ssc.awaitTermination().then(() => { isOver = true })
    await new Promise(setImmediate)
    expect(isOver).toBe(false)
    await ssc.stop(false)
    await over
    await ssc.awaitTermination()
    expect(await ssc.awaitTerminationOrTimeout(60_000)).toBe(true)
  }))

  test('or false when the time is up, without an end to the stream', () => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).print()
    await ssc.start()
    expect(await ssc.awaitTerminationOrTimeout(0)).toBe(false)
    expect(await ssc.awaitTerminationOrTimeout(20)).toBe(false)
    expect(ssc.getState()).toBe('ACTIVE')
  }))

  test('rejects with the first error, whoever asks and when', () => withLog(() => withStreaming('local', async ({ ssc, runBatches }) => {
    ssc.queueStream([[1]]).foreachRDD((_rdd, time) => { throw new Error(`at ${time}`) })
    await ssc.start()
    const early = ssc.awaitTerminationOrTimeout(60_000)
    early.catch(() => undefined)
    await runBatches(3)
    await expect(early).rejects.toThrow('at 1000 ms')
    await ssc.stop(false)
    await expect(ssc.awaitTermination()).rejects.toThrow('at 1000 ms')
  })))

  test.each([[-1], [Number.NaN], ['5'], [undefined]])('of %p milliseconds is refused', ms => withStreaming('local', async ({ ssc }) => {
    await expect(ssc.awaitTerminationOrTimeout(ms as never)).rejects.toThrow(IllegalArgumentError)
  }))
})

describe('settings of the context', () => {
  test('remember keeps the RDDs of every stream for so long, and is said once', () => withStreaming('local', async ({ ssc, runBatches }) => {
    ssc.remember(Seconds(3))
    expect(() => ssc.remember(Seconds(4))).toThrow('Remember duration already set as 3000 ms. Cannot set it again.')
    expect(() => ssc.remember(3 as never)).toThrow(/must be a Duration/)
    const stream = ssc.queueStream<number>([])
    stream.foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(6)
    await eventually(() => stream.generated.size === 3)
    expect([...stream.generated.keys()]).toEqual([4_000, 5_000, 6_000])
  }))

  test('checkpoint takes a folder, also for the SparkContext, and null takes it away', () => withFolder(folder => withStreaming('local', async ({ ssc }) => {
    ssc.checkpoint(folder)
    expect(ssc.checkpointDirectory).toBe(folder)
    ssc.checkpoint(null)
    expect(ssc.checkpointDirectory).toBeUndefined()
    for (const bad of ['', 5, undefined]) expect(() => ssc.checkpoint(bad as never)).toThrow(IllegalArgumentError)
  })))
})
