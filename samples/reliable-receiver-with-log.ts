/**
 * Takes messages from a queue that sends again whatever is not acknowledged, and acknowledges only what is
 * safe on disk. The program is stopped in the middle of its work and started again: every message is in
 * exactly one batch all the same.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, Receiver, StorageLevel, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const messageCount = 200

/** Stands for a broker: it outlives the program, and keeps a message until it is acknowledged. */
class MessageQueue {
  private readonly waiting = Array.from({ length: messageCount }, (_, id) => ({ id, text: `message ${id}` }))

  get acknowledged(): number { return messageCount - this.waiting.length }

  async take(max: number): Promise<{ id: number, text: string }[]> {
    await new Promise(resolve => setTimeout(resolve, 10))
    return this.waiting.slice(0, max)
  }

  acknowledge(count: number): void { this.waiting.splice(0, count) }
}

class QueueReceiver extends Receiver<string> {
  constructor(private readonly queue: MessageQueue) { super(StorageLevel.MEMORY_AND_DISK) }

  async onStart(): Promise<void> {
    while (!this.isStopped()) {
      const messages = await this.queue.take(5)
      if (messages.length === 0) return
      // Resolves when the messages are in the log: from here on it is this program that must not lose them. It
      // rejects when the stream has been stopped meanwhile, and then they are not acknowledged.
      await this.storeMultiple(messages.map(({ text }) => text))
      this.queue.acknowledge(messages.length)
    }
  }

  onStop(): void {}
}

/** A run of the program: until it is interrupted after so many batches, or has all messages. */
async function run(queue: MessageQueue, folder: string, done: Map<number, string[]>, batches: number): Promise<void> {
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const conf = settings('ReliableReceiverWithLog').set('spark.streaming.receiver.writeAheadLog.enable', true)
    const fresh = new StreamingContext(conf, Milliseconds(100))
    // The output is kept by batch time, so that a batch that runs again changes nothing.
    fresh.receiverStream(new QueueReceiver(queue)).uid('messages')
      .foreachRDD(async (rdd, time) => { done.set(time.milliseconds, await rdd.collect()) })
    return fresh
  })
  let completed = 0
  const interrupted = new Promise<void>(resolve => ssc.addStreamingListener({
    onBatchCompleted() {
      if (++completed === batches || [...done.values()].flat().length >= messageCount) resolve()
    },
  }))
  await ssc.start()
  await Promise.race([interrupted, ssc.awaitTermination()])
  // Not gracefully: what was acknowledged and has no batch yet is left behind in the log.
  await ssc.stop({ stopGracefully: false })
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'reliable-receiver-'))
  const queue = new MessageQueue()
  const done = new Map<number, string[]>()

  await run(queue, folder, done, 2)
  console.log(`Interrupted when ${queue.acknowledged} of ${messageCount} messages were acknowledged.`)
  await run(queue, folder, done, Number.POSITIVE_INFINITY)

  const all = [...done.values()].flat()
  console.log(`After the second run ${queue.acknowledged} are acknowledged, ${all.length} are in batches,`
    + ` ${all.length - new Set(all).size} of them twice.`)
  fs.rmSync(folder, { recursive: true })
}

void main()
