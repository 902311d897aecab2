/**
 * A program with a transactional saveToKafka, killed by SIGKILL again and again, at random moments and between any two steps: an
 * independent reader of what is committed sees every number once, and those of a key in their order.
 */
import * as path from 'node:path'
import { Random } from '../../../lib/base/random'
import { withFolder } from '../../support/folders'
import { startKafka, type KafkaVersion } from '../support'
import { live } from '../support/lives'
import { sharedKafka } from '../support/shared'
import { newTopic, readCommitted, type Read } from './reading'

const lifeMsMax = 900
const perBatch = 60

const program = path.join(__dirname, 'killed-sink.js')

/** Every number up to some is there once, in the order of its key. */
function expectOnce(read: readonly Read[], topics: readonly string[]): number {
  const numbers = read.map(({ message: { value } }) => Number(value))
  const sorted = [...numbers].sort((a, b) => a - b)
  expect(sorted).toEqual(Array.from({ length: numbers.length }, (_, n) => n))
  for (let key = 0; key < 7; key++) {
    for (const topic of topics) {
      const own = read.filter(each => each.topic === topic && String(each.message.key) === String(key)).map(({ message: { value } }) => Number(value))
      // Numbers of a batch are in three partitions of the RDD, which follow one another.
      expect(own).toEqual([...own].sort((a, b) => a - b))
    }
  }
  return numbers.length
}

describe.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s', version => {
  test('after 20 kills at random moments every number is there once', () => withFolder(async folder => {
    const { address: servers } = await sharedKafka(version)
    const topics = [await newTopic(servers, 3), await newTopic(servers, 2)]
    const random = new Random(version.length + version.charCodeAt(0))
    let ran = 0
    for (let kill = 0; kill < 20; kill++) {
      const { batches, code, errors } = await live(program, { folder, servers, topics, master: kill % 3 === 2 ? 'local[2]' : 'local' }, { killAfterMs: 20 + random.nextInt(lifeMsMax) })
      expect([code, errors]).toEqual([null, ''])
      ran += batches
    }
    expect(await live(program, { folder, servers, topics, master: 'local' }, { batches: 30 })).toMatchObject({ code: 0, errors: '' })
    expect(ran).toBeGreaterThan(10)
    const count = expectOnce(await readCommitted(servers, topics), topics)
    expect(count % perBatch).toBe(0)
    expect(count).toBeGreaterThan(20 * perBatch)
  }), 300_000)

  test('after kills between any two steps of a transaction every number is there once', () => withFolder(async folder => {
    const { address: servers } = await sharedKafka(version)
    const topics = [await newTopic(servers, 3), await newTopic(servers, 2)]
    const steps = ['initProducer', 'groupOffsets', 'addPartitions', 'append', 'addOffsets', 'endTransaction']
    const kills = steps.flatMap(step => (['before', 'after'] as const).map((when, i) => ({ step, when, count: step === 'initProducer' || step === 'groupOffsets' ? 1 : 2 + i })))
    for (const [i, killAt] of kills.entries()) {
      const { code, errors } = await live(program, { folder, servers, topics, master: i % 2 === 0 ? 'local' : 'local[2]', killAt }, {})
      expect([killAt, code, errors]).toEqual([killAt, null, ''])
    }
    expect(await live(program, { folder, servers, topics, master: 'local' }, { batches: 20 })).toMatchObject({ code: 0, errors: '' })
    const count = expectOnce(await readCommitted(servers, topics), topics)
    expect(count).toBeGreaterThan(20 * perBatch)
  }), 300_000)

  test('a broker that dies twice while a program writes, and comes back, has every number once', () => withFolder(async folder => {
    const system = await startKafka({ version })
    try {
      const servers = system.address
      const topics = [await newTopic(servers, 3), await newTopic(servers, 2)]
      let restarts: Promise<void> = Promise.resolve()
      const onBatch = (batches: number): void => {
        if (batches !== 10 && batches !== 25) return
        restarts = restarts.then(async () => {
          await system.kill()
          await system.restart()
        })
      }
      expect(await live(program, { folder, servers, topics, master: 'local[2]' }, { batches: 60, onBatch })).toMatchObject({ code: 0, errors: '' })
      await restarts
      const count = expectOnce(await readCommitted(servers, topics), topics)
      expect(count).toBeGreaterThanOrEqual(60 * perBatch)
    } finally { await system.close() }
  }), 300_000)
})
