/**
 * Operators keep their functions, partitioners and aggregators, so that every batch of a stream runs the same
 * compiled loops.
 */
import { Seconds, type DStream } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'

/** The compiled loop that calls the function in which this is asked. */
function stage(): string { return /millrace-stage-\d+/.exec(new Error().stack ?? '')?.[0] ?? 'none' }

// In the calling thread, where all loops can be seen: each thread of local[N] compiles its own.
const master = 'local'

describe('compiled loops', () => {
  test.each<[string, (n: DStream<number>, see: () => number) => DStream<unknown>]>([
    ['map', (n, see) => n.map(see)],
    ['flatMap', (n, see) => n.flatMap(x => [see(), x])],
    ['filter', (n, see) => n.filter(see)],
    ['mapValues', (n, see) => n.map(x => [x, x]).mapValues(see)],
    ['reduce', (n, see) => n.reduce((a, b) => {
      see()
      return a + b
    })],
    ['reduceByKey', (n, see) => n.map(x => [1, x]).reduceByKey((a, b) => {
      see()
      return a + b
    })],
    ['countByValue', (n, see) => n.map(x => {
      see()
      return x
    }).countByValue()],
    ['count', (n, see) => n.filter(see).count()],
    ['reduceByKeyAndWindow', (n, see) => n.map(x => {
      see()
      return [1, x]
    }).reduceByKeyAndWindow((a, b) => a + b, Seconds(2))],
    ['transform', (n, see) => n.transform(rdd => rdd.map(see))],
  ])('%s compiles once for all batches', async (_operator, build) => {
    const stages = new Set<string>()
    const batches = Array.from({ length: 5 }, () => [1, 2, 3])
    await testStream([batches], ([n]) => build(n, () => stages.add(stage()).size), { master, partitions: 1 })
    expect(stages.size).toBe(1)
    expect(stages).not.toContain('none')
  })
})
