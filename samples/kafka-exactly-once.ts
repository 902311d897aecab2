/**
 * Numbers into Kafka, each of them once, although the program is cut off twice in the middle: every batch is one transaction, with a
 * note in it that the batch is there. The Kafka lives in this process, so that no broker is needed; `servers: 'localhost:9092'` would
 * be a cluster.
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, StreamingContext } from 'millrace'
import { MemoryKafka, waitForBatches } from 'millrace/testing'
import { settings } from './support/settings'

const count = 100

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'kafka-exactly-once-'))
  const kafka = new MemoryKafka()
  const topic = kafka.topic('numbers', { partitions: 2 })

  const create = (): StreamingContext => {
    const ssc = new StreamingContext(settings('numbers to Kafka'), Milliseconds(100))
    ssc.generatorStream(n => [`key ${n % 5}`, String(n)] as [string, string], { recordsPerSecond: 100, limit: count })
      .saveToKafka('numbers', { servers: kafka.bootstrapServers, transactional: true, uid: 'numbers' })
    return ssc
  }

  for (const batches of [3, 4, 0]) {
    const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), create)
    await ssc.start()
    // The last life goes on until all is there.
    for (let ran = 1; ran <= batches || (batches === 0 && (await topic.records()).length < count); ran++) await waitForBatches(ssc, ran)
    // Not gracefully: what has begun is left as it is.
    await ssc.stop()
  }

  const numbers = (await topic.records()).map(({ value }) => Number(value)).sort((a, b) => a - b)
  const isEachOnce = numbers.every((number, i) => number === i)
  console.log(`${numbers.length} numbers in 3 lives, ${isEachOnce ? 'each once' : 'and not each once'}`)
  await kafka.close()
  await fs.rm(folder, { recursive: true })
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
