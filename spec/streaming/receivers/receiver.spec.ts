import { IllegalArgumentError, IllegalStateError, MillraceError, Receiver, Seconds, type StreamingListener } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { withLog } from '../../support/logged'
import { HandReceiver } from '../../support/receivers'
import { withStreaming } from '../../support/streams'

/** What listeners hear of receivers: `error: message (error)`. */
function receiverEvents(): { listener: StreamingListener, heard: string[] } {
  const heard: string[] = []
  return {
    heard,
    listener: {
      onReceiverStarted: ({ receiverInfo }) => { heard.push(`started ${receiverInfo.streamId} ${receiverInfo.name} ${receiverInfo.active}`) },
      onReceiverError: ({ receiverInfo }) => { heard.push(`error ${receiverInfo.lastErrorMessage} (${receiverInfo.lastError}) at ${receiverInfo.lastErrorTime}`) },
      onReceiverStopped: ({ receiverInfo }) => { heard.push(`stopped ${receiverInfo.active} ${receiverInfo.lastErrorMessage} (${receiverInfo.lastError})`) },
    },
  }
}

describe('before it is attached', () => {
  const attempts: [string, (receiver: HandReceiver<number>) => unknown][] = [
    ['store', r => r.store(1)], ['storeMultiple', r => r.storeMultiple([1])], ['storeBytes', r => r.storeBytes(Buffer.from('a\n'))],
    ['reportError', r => r.reportError('x')], ['restart', r => r.restart('x')], ['stop', r => r.stop('x')], ['isStopped', r => r.isStopped()],
  ]
  test.each(attempts)('%s says that there is no supervisor', (_name, attempt) => {
    expect(() => attempt(new HandReceiver())).toThrow(IllegalStateError)
    expect(() => attempt(new HandReceiver())).toThrow(/A ReceiverSupervisor has not been attached to the receiver yet/)
  })

  test('its stream id is -1', () => { expect(new HandReceiver().streamId).toBe(-1) })
})

describe.each(masters)('receivers on %s', master => {
  test('what is stored before a batch is generated is in it, whichever way it was stored, in order', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<string>()
    const stream = ssc.receiverStream(receiver)
    const batches = collectBatches(stream)
    await ssc.start()
    expect([receiver.streamId, stream.id, stream.name]).toEqual([0, 0, 'HandReceiver-0'])
    void receiver.store('one')
    void receiver.storeMultiple(['two', 'three'])
    void receiver.storeBytes(Buffer.from('four\r\nfünf\n'))
    void receiver.store('six')
    await runBatches(2)
    void receiver.store('seven')
    await runBatches(1)
    expect(batches).toEqual([['one', 'two', 'three', 'four', 'fünf', 'six'], [], ['seven']])
  }))

  test('one call of storeMultiple is one block, and one block is one partition', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver).glom())
    await ssc.start()
    void receiver.storeMultiple([1, 2])
    void receiver.storeMultiple(new Set([3]))
    void receiver.storeMultiple([])
    await runBatches(1)
    expect(batches).toEqual([[[1, 2], [3]]])
  }))

  test('single elements make a block each block interval', () => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver).glom())
    await ssc.start()
    for (let i = 0; i < 4; i++) {
      void receiver.store(i)
      await clock.advance(200)
    }
    await runBatches(1)
    expect(batches[0]).toEqual([[0], [1], [2], [3]])
  }))

  test('its records are counted for listeners, for text too', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const counts: number[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { counts.push(batchInfo.numRecords, batchInfo.streamIdToInputInfo.get(0)!.numRecords) } })
    const receiver = new HandReceiver<unknown>()
    ssc.receiverStream(receiver).foreachRDD(() => undefined)
    await ssc.start()
    void receiver.store({ a: 1 })
    void receiver.storeBytes(Buffer.from('a\nb\n'))
    await runBatches(1)
    expect(counts).toEqual([3, 3])
  }))

  test('two receivers, one of which nobody reads', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const [read, unread] = [new HandReceiver<string>(), new HandReceiver<string>()]
    const batches = collectBatches(ssc.receiverStream(read))
    ssc.receiverStream(unread)
    await ssc.start()
    expect(unread.calls).toEqual(['onStart'])
    void read.store('read')
    void unread.store('unread')
    await runBatches(2)
    expect(batches).toEqual([['read'], []])
  }))

  test('a window reads the blocks of earlier batches', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver).window(Seconds(3), Seconds(1)))
    await ssc.start()
    for (let i = 0; i < 5; i++) {
      void receiver.store(i)
      await runBatches(1)
    }
    expect(batches).toEqual([[0], [0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]])
  }))

  test('started before the stream has started, and stopped with it', async () => {
    const receiver = new HandReceiver<number>({ onStart: r => { void r.store(r.streamId) } })
    const { listener, heard } = receiverEvents()
    await withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.addStreamingListener(listener)
      const batches = collectBatches(ssc.receiverStream(receiver))
      await ssc.start()
      expect([receiver.isStarted(), receiver.isStopped()]).toEqual([true, false])
      await runBatches(1)
      expect(batches).toEqual([[0]])
      await ssc.stop(false)
      expect([receiver.isStarted(), receiver.isStopped()]).toEqual([false, true])
      expect(heard).toEqual(['started 0 HandReceiver-0 true', 'stopped false Stopped by driver ()'])
    })
    expect(receiver.calls).toEqual(['onStart', 'onStop'])
  })

  test('a restart stops, rests and starts; in between it is stopped, and what was stored stays', () => withLog(() => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const { listener, heard } = receiverEvents()
    ssc.addStreamingListener(listener)
    const batches = collectBatches(ssc.receiverStream(receiver))
    await ssc.start()
    void receiver.store(1)
    receiver.restart('lost it', new Error('gone'))
    receiver.restart('again')
    expect([receiver.isStarted(), receiver.isStopped()]).toEqual([false, true])
    void receiver.store(2)
    await clock.advance(1_999)
    expect(receiver.calls).toEqual(['onStart', 'onStop'])
    await clock.advance(1)
    expect(receiver.calls).toEqual(['onStart', 'onStop', 'onStart'])
    expect(receiver.isStarted()).toBe(true)
    await runBatches(1)
    expect(batches.flat()).toEqual([1, 2])
    expect(heard).toEqual([
      'started 0 HandReceiver-0 true',
      'error Restarting receiver with delay 2000 ms: lost it (gone) at 0',
      expect.stringContaining('stopped false'),
      'started 0 HandReceiver-0 true',
    ])
  })))

  test('a restart waits for an onStop that takes longer than the rest', () => withLog(() => withStreaming(master, async ({ ssc, clock }) => {
    let release: (() => void) | undefined
    const receiver = new HandReceiver<number>({ onStop: () => new Promise<void>(resolve => { release = resolve }) })
    ssc.receiverStream(receiver).print()
    await ssc.start()
    receiver.restart('slow to stop')
    const moved = clock.advance(5_000)
    await eventually(() => clock.now() >= 2_000)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(receiver.calls).toEqual(['onStart', 'onStop'])
    release!()
    await moved
    expect(receiver.calls).toEqual(['onStart', 'onStop', 'onStart'])
    const stopped = ssc.stop(false)
    await eventually(() => receiver.calls.length === 4)
    release!()
    await stopped
  })))

  test('the delay of a restart may be given, and only as a Duration', () => withLog(() => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    expect(() => receiver.restart('x', undefined, 5 as never)).toThrow(/must be a Duration/)
    receiver.restart('x', undefined, Seconds(0.1))
    await clock.advance(100)
    expect(receiver.calls).toEqual(['onStart', 'onStop', 'onStart'])
  })))

  test('spark.streaming.receiverRestartDelay is the delay', () => withLog(() => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    receiver.restart('x')
    await clock.advance(10)
    expect(receiver.calls).toEqual(['onStart', 'onStop', 'onStart'])
  }, { settings: { 'spark.streaming.receiverRestartDelay': '10ms' } })))

  test('a loop in an async onStart holds up nothing, and ends with the receiver', () => withStreaming(master, async ({ ssc, runBatches }) => {
    let ended = 0
    const receiver = new HandReceiver<number>({
      onStart: async r => {
        for (let i = 0; !r.isStopped(); i++) {
          await r.store(i)
          await new Promise(setImmediate)
        }
        ended++
      },
    })
    const batches = collectBatches(ssc.receiverStream(receiver))
    await ssc.start()
    await runBatches(3)
    await ssc.stop(false)
    await eventually(() => ended === 1)
    expect(batches.flat()).toEqual(batches.flat().map((_, i) => i))
    expect(batches.flat().length).toBeGreaterThan(0)
  }))

  test.each<[string, () => void | Promise<void>]>([
    ['throws', () => { throw new Error('no such device') }],
    ['rejects', async () => { throw new Error('no such device') }],
  ])('an onStart that %s stops its receiver and nothing else', (_name, onStart) => withLog(lines => withStreaming(master, async ({ ssc, runBatches }) => {
    const { listener, heard } = receiverEvents()
    ssc.addStreamingListener(listener)
    const batches = collectBatches(ssc.receiverStream(new HandReceiver<number>({ onStart })))
    await ssc.start()
    await runBatches(2)
    expect(batches).toEqual([[], []])
    expect(heard).toEqual([
      'started 0 HandReceiver-0 true',
      'error Error starting receiver 0 (no such device) at 0',
      'stopped false Error starting receiver 0 (no such device)',
    ])
    expect(lines.join('\n')).toMatch(/HandReceiver-0: Error starting receiver 0 - no such device/)
  })))

  test('errors are reported without stopping; a stop with an error tells it', () => withLog(() => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const { listener, heard } = receiverEvents()
    ssc.addStreamingListener(listener)
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver))
    await ssc.start()
    await clock.advance(10)
    receiver.reportError('odd', 'a string')
    void receiver.store(7)
    receiver.stop('enough', new Error('really'))
    receiver.stop('twice')
    await runBatches(1)
    expect(heard.slice(1)).toEqual(['error odd (a string was thrown) at 10', 'stopped false enough (really)'])
    expect([batches.flat(), receiver.isStopped()]).toEqual([[7], true])
    receiver.restart('does nothing now')
    expect(receiver.calls).toEqual(['onStart', 'onStop'])
  })))

  test('the same error over and over is one line of the log, until something is received', () => withLog(lines => withStreaming(master, async ({ ssc }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    for (let i = 0; i < 5; i++) receiver.reportError('not there')
    expect(lines).toHaveLength(1)
    await receiver.storeMultiple([1])
    receiver.reportError('not there')
    expect(lines).toHaveLength(2)
  })))

  test('storing after the stop is refused; nobody who does not wait for it is hurt', () => withStreaming(master, async ({ ssc }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).print()
    await ssc.start()
    await ssc.stop(false)
    void receiver.store(1)
    await expect(receiver.store(2)).rejects.toThrow('Cannot add data as BlockGenerator has not been started or has been stopped')
  }))

  test('an onStop that throws is told, and the stop goes on', () => withLog(lines => withStreaming(master, async ({ ssc }) => {
    const bad = new HandReceiver<number>({ onStop: () => { throw new Error('stuck') } })
    const good = new HandReceiver<number>()
    ssc.receiverStream(bad).print()
    ssc.receiverStream(good).print()
    await ssc.start()
    await ssc.stop(false)
    expect(good.calls).toEqual(['onStart', 'onStop'])
    expect(lines.join()).toMatch(/Error stopping receiver 0 - stuck/)
  })))

  test('spark.streaming.receiver.maxRate holds single elements back, and loses none', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const single = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(single))
    await ssc.start()
    for (let i = 0; i < 25; i++) void single.store(i)
    await runBatches(4)
    expect(batches.map(batch => batch.length)).toEqual([10, 11, 4, 0])
    expect(batches.flat()).toEqual(Array.from({ length: 25 }, (_, i) => i))
  }, { settings: { 'spark.streaming.receiver.maxRate': '10' } }))

  test('a receiver that waits is made to wait, and goes on when a batch has what it stored', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const batches = collectBatches(ssc.receiverStream(receiver).count())
    await ssc.start()
    const many = new Array<number>(limits.receiverRecordsMax - 1).fill(0)
    await receiver.storeMultiple(many)
    let isFree = false
    const stored = receiver.store(1).then(() => { isFree = true })
    await new Promise(setImmediate)
    expect(isFree).toBe(false)
    await runBatches(1)
    await stored
    await receiver.store(2)
    await runBatches(1)
    expect(batches).toEqual([[limits.receiverRecordsMax], [1]])
    void receiver.storeMultiple(many)
    isFree = false
    void receiver.store(3).then(() => { isFree = true })
    await new Promise(setImmediate)
    expect(isFree).toBe(false)
  }))

  test('input of a failed batch counts as held, until a later batch succeeds', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    ssc.receiverStream(receiver).foreachRDD(async rdd => { if (await rdd.count() > 0) throw new Error('full sink') })
    await ssc.start()
    const many = new Array<number>(limits.receiverRecordsMax).fill(0)
    void receiver.storeMultiple(many)
    await runBatches(1)
    let isFree = false
    const stored = receiver.storeMultiple(many).then(() => { isFree = true })
    await runBatches(1)
    expect(isFree).toBe(false)
    await runBatches(1)
    await stored
  })))

  test('one that does not wait is stopped before it fills the memory, and the program hears of it', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const counts = collectBatches(ssc.receiverStream(receiver).count())
    await ssc.start()
    const portion = new Array<number>(1_000_000).fill(0)
    let last: Promise<void> | undefined
    for (let i = 0; i < 20 && !receiver.isStopped(); i++) last = receiver.storeMultiple(portion)
    await expect(last).rejects.toMatchObject({ code: 'MR_LIMIT', message: expect.stringContaining('8000000 records (receiverUnawaitedRecordsMax)') })
    await runBatches(1)
    expect(counts).toEqual([[8_000_000]])
    await expect(ssc.awaitTermination()).rejects.toThrow(MillraceError)
  })))
})

describe('arguments', () => {
  test('receiverStream takes receivers only, each for one running stream', () => withStreaming('local', async ({ ssc }) => {
    expect(() => ssc.receiverStream({ onStart() {} } as never)).toThrow(IllegalArgumentError)
    const receiver = new HandReceiver<number>()
    expect(Receiver.is(receiver)).toBe(true)
    ssc.receiverStream(receiver).print()
    await ssc.start()
    expect(() => ssc.receiverStream(receiver)).toThrow('after starting a context is not supported')
    expect(() => receiver.storeMultiple('text' as never)).toThrow(/storeMultiple takes an array/)
    expect(() => receiver.storeMultiple(undefined as never)).toThrow(/storeMultiple takes an array/)
    expect(() => receiver.storeBytes('text' as never)).toThrow(/storeBytes takes the bytes of text/)
  }))
})
