/**
 * R10, scaled: a source at ten times what the program can do. Batches are few and queues bounded, memory does not grow
 * with what waits outside, and nothing is lost.
 */
import { Milliseconds, Receiver, SparkConf, StorageLevel, StreamingContext } from '../../lib/index'
import { limits } from '../../lib/base/limits'
import { warningsOf } from '../support/streams'

/** Hands over as fast as it is let. */
class Flood extends Receiver<number> {
  stored = 0
  constructor() { super(StorageLevel.MEMORY_ONLY) }
  onStart(): void { void this.flood() }
  onStop(): void {}

  private async flood(): Promise<void> {
    while (!this.isStopped()) {
      const next = this.stored
      const items = Array.from({ length: 1_000 }, (_, i) => next + i)
      await this.storeMultiple(items)
      this.stored += items.length
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}

test('a flood waits outside: records and batches that wait stay below their limits, none is lost', async () => {
  const warnings = await warningsOf(flood)
  // Said once, and not with every batch.
  expect(warnings.filter(text => text.includes('batches wait for their turn'))).toHaveLength(1)
})

async function flood(): Promise<void> {
  const before = { ...limits }
  Object.assign(limits, { receiverRecordsMax: 100_000, queuedBatchesMax: 5 })
  const ssc = new StreamingContext(new SparkConf().setMaster('local').setAppName('burst'), Milliseconds(20))
  try {
    const source = new Flood()
    let next = 0
    let isInOrder = true
    let waitingMost = 0
    let batchesMost = 0
    let submitted = 0
    let completed = 0
    ssc.receiverStream(source).foreachRDD(async rdd => {
      for (const n of await rdd.collect()) {
        isInOrder &&= n === next
        next = n + 1
      }
      // Ten times slower than what comes.
      await new Promise(resolve => setTimeout(resolve, 60))
      waitingMost = Math.max(waitingMost, source.stored - next)
    })
    ssc.addStreamingListener({
      onBatchSubmitted() { batchesMost = Math.max(batchesMost, ++submitted - completed) },
      onBatchCompleted() { completed++ },
    })
    await ssc.start()
    await new Promise(resolve => setTimeout(resolve, 1_500))
    await ssc.stop({ stopGracefully: true })
    expect({ isInOrder, next }).toEqual({ isInOrder: true, next: source.stored })
    expect(batchesMost).toBeLessThanOrEqual(limits.queuedBatchesMax + 1)
    expect(waitingMost).toBeLessThanOrEqual(2 * limits.receiverRecordsMax)
  } finally {
    await ssc.stop()
    Object.assign(limits, before)
  }
}
