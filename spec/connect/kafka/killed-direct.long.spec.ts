/** A program that reads a Kafka and writes to it, killed again and again, and between any two steps of a batch: each record is there once. */
import type { KillPoint } from '../../../lib/base/kill-points'
import { Random } from '../../../lib/base/random'
import { countedAfter } from '../../support/kafka-deaths'

const steps: KillPoint[] = [
  'start.begun', 'start.receivers', 'batch.prepared', 'batch.blocksAllocated', 'batch.allocated', 'batch.generated', 'job.begin', 'job.done', 'batch.done',
  'batch.ended', 'batch.committed', 'batch.completed', 'log.appending', 'log.appended', 'log.synced',
]

test('killed 15 times at random moments', async () => {
  const random = new Random(5)
  const deaths = Array.from({ length: 15 }, () => ({ afterMs: random.nextInt(450) }))
  expect(await countedAfter('local[2]', deaths)).toBeGreaterThan(300)
}, 240_000)

test('killed at every step of a batch', async () => {
  const deaths = steps.flatMap(step => (step.startsWith('start.') ? [1] : [1, 3]).map(count => ({ at: `${step}:${count}` })))
  expect(await countedAfter('local', deaths)).toBeGreaterThan(100)
}, 240_000)
