/** A sink while its stream runs: what a stop does to batches that have not ended, and how much may wait. */
import { Time, type SparkContext } from '../../../lib/index'
import { CallSite } from '../../../lib/base/call-site'
import { limits } from '../../../lib/base/limits'
import { MemoryDisk } from '../../../lib/disk/memory-disk'
import { EventLog } from '../../../lib/streaming/checkpoint/event-log'
import { OutputRecord } from '../../../lib/streaming/checkpoint/output-record'
import { SinkRun } from '../../../lib/streaming/outputs/sink-run'
import { withSpark } from '../../support/contexts'
import { failure, thrown } from '../../support/operator-cases'
import { emptyWorld, WorldSink, type Step, type World } from '../../support/sinks'

/** Runs `f` with a started sink. */
async function withSink(
  f: (run: SinkRun, world: World, sc: SparkContext) => Promise<void>, on?: (step: Step, when: 'before' | 'after') => void | Promise<void>,
): Promise<void> {
  await withSpark('local', async sc => {
    const events = await EventLog.open(new MemoryDisk(), '/events')
    const world = emptyWorld()
    const sink = new WorldSink(world, on)
    const identity = {
      sink, write: sink.write.bind(sink), site: CallSite.capture('saveTo'), application: 'spec', outputId: 'saveTo-0',
    }
    const run = new SinkRun(identity, new OutputRecord(events, { isRecovered: false, drop: undefined, durably: write => write() }))
    await run.start()
    await f(run, world, sc)
    await events.close()
  })
}

test('a batch whose end comes after a stop cannot end: what it had prepared is gone', async () => {
  await withSink(async (run, world, sc) => {
    await run.save(sc.parallelize([1, 2]), new Time(1000))
    await run.save(sc.parallelize([3]), new Time(2000))
    expect(run.ending(1000)).toMatchObject({ token: { timeMs: 1000 } })
    await run.stop()
    expect(thrown(() => run.ending(2000))).toMatchObject({
      name: 'IllegalStateError', message: 'The sink WorldSink of saveTo-0 has been stopped before the batch at 2000 ms has ended, which runs again after a recovery',
    })
    // Of the batch that has ended nothing is undone: the next life commits it.
    expect([...world.staged]).toEqual([[1000, [1, 2]]])
    expect(await failure(run.save(sc.parallelize([4]), new Time(3000)))).toMatchObject({ name: 'IllegalStateError' })
  })
})

test('a batch that is being prepared when the sink is stopped is aborted', async () => {
  let stop: (() => Promise<void>) | undefined
  await withSink(async (run, world, sc) => {
    stop = () => run.stop()
    expect(await failure(run.save(sc.parallelize([1]), new Time(1000)))).toMatchObject({ name: 'IllegalStateError' })
    expect(world).toEqual(emptyWorld())
  }, async (step, when) => { if (step === 'prepare' && when === 'after') await stop!() })
})

test('a bounded number of batches waits to be committed', async () => {
  await withSink(async (run, world, sc) => {
    const rdd = sc.parallelize([1], 1)
    for (let i = 1; i <= limits.waitingTransactionsMax; i++) {
      await run.save(rdd, new Time(i))
      run.ending(i)
    }
    expect((await run.commit())!.thrown).toMatchObject({ message: 'The sink WorldSink of saveTo-0 could not commit the batch at 1 ms: away' })
    expect(await failure(run.save(rdd, new Time(5000)))).toMatchObject({
      code: 'MR_LIMIT', message: 'The sink WorldSink of saveTo-0 has 1000 batches that are prepared and could not be committed (waitingTransactionsMax)',
    })
    expect(world.staged.size).toBe(limits.waitingTransactionsMax)
  }, step => { if (step === 'commit') throw new Error('away') })
})
