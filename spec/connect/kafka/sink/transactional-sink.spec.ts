/**
 * Batches in transactions: each is there once, whenever the program dies. A program that dies is one whose client does nothing any
 * more after a step; the next life goes on from the checkpoint folder as it was at that moment, and from the same Kafka.
 */
import * as fc from 'fast-check'
import type { KafkaWritable, StreamingContext } from '../../../../lib/index'
import type { KafkaProducing } from '../../../../lib/connect/kafka/producing'
import { TransactionalOutput } from '../../../../lib/connect/kafka/sink/transactional-output'
import { MemoryKafka } from '../../../../lib/testing/index'
import { masters, runsOn } from '../../../support/contexts'
import { Lives, numbered, type Life } from '../../../support/lives'
import { quietly, withStreaming } from '../../../support/streams'

const steps = ['initProducer', 'groupOffsets', 'addPartitions', 'append', 'addOffsets', 'endTransaction'] as const
type Step = typeof steps[number]

interface Death { readonly step: Step, readonly when: 'before' | 'after', readonly count: number }

/** A client of `kafka` that dies: from then on every call fails and does nothing. */
class DyingClient implements KafkaWritable {
  isDead = false
  private readonly counts = new Map<Step, number>()

  constructor(private readonly kafka: MemoryKafka, private readonly death: Death | undefined, private readonly onDeath: () => Promise<void> = async () => {}) {}

  producing(): KafkaProducing {
    const real = this.kafka.producing()
    return new Proxy(real, {
      get: (_target, name) => {
        const method = (real as any)[name] as (...args: unknown[]) => Promise<unknown>
        return steps.includes(name as Step) ? (...args: unknown[]) => this.step(name as Step, () => method.apply(real, args)) : method.bind(real)
      },
    })
  }

  private async step<R>(step: Step, f: () => Promise<R>): Promise<R> {
    const count = (this.counts.get(step) ?? 0) + 1
    this.counts.set(step, count)
    const isNow = this.death?.step === step && this.death.count === count
    if (isNow && this.death.when === 'before') await this.die()
    if (this.isDead) throw new Error('dead')
    const result = await f()
    if (isNow) await this.die()
    if (this.isDead) throw new Error('dead')
    return result
  }

  private async die(): Promise<void> {
    this.isDead = true
    await this.onDeath()
  }
}

const seen = async (kafka: MemoryKafka): Promise<number[]> => (await kafka.topic('t').records()).map(({ value }) => Number(value)).sort((a, b) => a - b)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

function build(client: KafkaWritable, topic: string | ((n: number) => string) = 't') {
  return (ssc: StreamingContext): void => { numbered(ssc).saveToKafka(topic, { client, value: n => String(n), transactional: true, uid: 'numbers' }) }
}

describe.each(masters)('on %s', master => {
  /** Lives one after another, each until its death or for four batches; the last one for four. Gives what is in Kafka, and how many batches were due. */
  async function lived(deaths: readonly Death[], topic?: () => string): Promise<{ seen: number[], batches: number }> {
    const kafka = new MemoryKafka()
    kafka.topic('t', { partitions: 3 })
    const lives = new Lives()
    let [directory, atMs] = ['/checkpoint', 0]
    for (const death of [...deaths, undefined]) {
      let left: Promise<string> | undefined
      let life: Life | undefined
      const client = new DyingClient(kafka, death, async () => { if (life !== undefined) await (left = life.killed()) })
      const run = lives.live(build(client, topic), async begun => {
        life = begun
        for (let batch = 0; batch < 4 && !client.isDead; batch++) {
          await begun.runBatches(1)
          atMs += 1_000
        }
        left ??= begun.killed()
        await left
      }, { master, directory, atMs })
      // Who dies at the start has left everything as it was.
      await quietly(() => client.isDead ? run.catch(() => undefined) : run.catch(error => { if (!client.isDead) throw error }))
      if (left !== undefined) directory = await left
    }
    const result = { seen: await seen(kafka), batches: atMs / 1_000 }
    await kafka.close()
    return result
  }

  const everyDeath: Death[] = (['addPartitions', 'append', 'addOffsets', 'endTransaction'] as const)
    .flatMap(step => (['before', 'after'] as const).flatMap(when => [1, 2, 3].map(count => ({ step, when, count }))))
  const some = master === 'local' ? everyDeath : everyDeath.filter((_, i) => i % 5 === 0)

  test.each(some)('dead $when $step number $count, each batch is there once', async death => {
    const { seen, batches } = await lived([death])
    expect(seen).toEqual(upTo(batches))
  })

  test('dead again and again, at any step, each batch is there once', async () => {
    const death: fc.Arbitrary<Death> = fc.record({ step: fc.constantFrom(...steps), when: fc.constantFrom('before', 'after'), count: fc.integer({ min: 1, max: 4 }) })
    await fc.assert(fc.asyncProperty(fc.array(death, { minLength: 2, maxLength: 5 }), async deaths => {
      const { seen, batches } = await lived(deaths)
      expect(seen).toEqual(upTo(batches))
    }), { numRuns: runsOn(master, 12) })
  })

  test('with topics by element the notes are in the first topic that is written to', async () => {
    for (const when of ['before', 'after'] as const) {
      const { seen, batches } = await lived([{ step: 'endTransaction', when, count: 2 }, { step: 'endTransaction', when, count: 2 }], () => 't')
      expect(seen).toEqual(upTo(batches))
    }
  })
})

test('nothing of a batch is seen before all of it is', async () => {
  const kafka = new MemoryKafka()
  kafka.topic('t', { partitions: 3 })
  const during: number[] = []
  const client = new DyingClient(kafka, { step: 'endTransaction', when: 'before', count: 3 }, async () => { during.push(...await seen(kafka)) })
  await quietly(() => withStreaming('local', async ({ ssc, runBatches }) => {
    build(client)(ssc)
    await ssc.start()
    await runBatches(4)
  }))
  // The first transaction has the note alone that the run has begun.
  expect(during).toEqual([1])
  expect(await kafka.topic('t').records({ isolation: 'read_uncommitted' })).toHaveLength(2)
  await kafka.close()
})

test('a program that goes on after another has begun is fenced, and stays so', async () => {
  const kafka = new MemoryKafka()
  kafka.topic('t', { partitions: 3 })
  const other = new TransactionalOutput(kafka.producing(), { id: 'lives-numbers', timeoutMs: 60_000, topic: 't' })
  const errors: string[] = []
  await quietly(() => new Lives().live(build(kafka), async ({ ssc, runBatches }) => {
    ssc.addStreamingListener({ onOutputOperationCompleted: ({ outputOperationInfo: { failureReason } }) => { errors.push(failureReason ?? 'done') } })
    await runBatches(2)
    await other.start(true)
    expect([1_000, 2_000, 3_000].map(timeMs => other.isWritten(timeMs))).toEqual([false, true, false]) // The first cannot run again.
    await runBatches(3)
  }))
  expect(await seen(kafka)).toEqual([1, 2])
  const fenced = "Another run of this program writes to Kafka as 'lives-numbers'; this one must not write any more"
  expect(errors).toEqual(['done', 'done', expect.stringContaining("another producer has begun as 'lives-numbers'"), ...Array(2).fill(expect.stringContaining(fenced))])
  await kafka.close()
})

test('a batch that fails is not there, and the next ones are', async () => {
  const kafka = new MemoryKafka()
  kafka.topic('t', { partitions: 3 })
  await quietly(() => withStreaming('local', async ({ ssc, runBatches }) => {
    numbered(ssc).saveToKafka('t', { client: kafka, transactional: true, value: n => { if (n === 2) throw new Error('no'); return String(n) } })
    await ssc.start()
    await runBatches(4)
  }))
  expect(await seen(kafka)).toEqual([1, 3, 4])
  await kafka.close()
})

test('a batch whose end is in doubt is looked up before the next one is written', async () => {
  for (const when of ['before', 'after'] as const) {
    const kafka = new MemoryKafka()
    kafka.topic('t', { partitions: 3 })
    const client = new DyingClient(kafka, { step: 'endTransaction', when, count: 3 })
    await quietly(() => new Lives().live(build(client), async ({ runBatches }) => {
      await runBatches(2)
      client.isDead = false
      await runBatches(2)
    }))
    // Within this life the batch is not written again; whether it is there, the notes know.
    expect(await seen(kafka)).toEqual(when === 'after' ? [1, 2, 3, 4] : [1, 3, 4])
    await kafka.close()
  }
})

test('a program that begins anew with the name of an earlier one writes its own batches', async () => {
  const kafka = new MemoryKafka()
  kafka.topic('t', { partitions: 3 })
  for (const directory of ['/one', '/two']) await new Lives().live(build(kafka), ({ runBatches }) => runBatches(3), { directory })
  expect(await seen(kafka)).toEqual([1, 1, 2, 2, 3, 3])
  await kafka.close()
})

test('the numbers of a long life are in few bytes', async () => {
  const kafka = new MemoryKafka()
  kafka.topic('t', { partitions: 3 })
  await new Lives().live(build(kafka), ({ runBatches }) => runBatches(30))
  const [offset] = await kafka.producing().groupOffsets('lives-numbers')
  expect(offset).toMatchObject({ topic: 't', partition: 0, offset: 30_000, metadata: expect.stringMatching(/^\d+-\d+ [\d,+*]{1,30}$/) })
  await kafka.close()
})
