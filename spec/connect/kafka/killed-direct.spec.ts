/**
 * A program that reads a Kafka and writes to it, killed by SIGKILL at random moments: what is committed in its output topic, counted
 * by another process, has each record of its input topic once. killed-direct.long.spec.ts kills more.
 */
import { Random } from '../../../lib/base/random'
import { countedAfter } from '../../support/kafka-deaths'

test('killed at random moments', async () => {
  const random = new Random(7)
  const deaths = Array.from({ length: 3 }, () => ({ afterMs: 20 + random.nextInt(350) }))
  expect(await countedAfter('local', deaths)).toBeGreaterThan(100)
}, 60_000)
