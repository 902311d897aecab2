/** mapPartitions: a function of each partition, once a partition. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine } from '../../support/operator-cases'

describe.each(masters)('mapPartitions on %s', master => {
  itHolds<number, number>({
    master, ordered: true, build: numbers => numbers.mapPartitions(values => [...values].map(n => n * 10)),
    batches: [[1, 2, 3, 4], [5]], expected: [[10, 20, 30, 40], [50]],
  })
  itHolds<number, number>({
    master, ordered: true, batches: [[1, 2, 3, 4], [5]], expected: [[10, 20, 30, 40], [50]],
    build: numbers => numbers.mapPartitions(async function* (values) {
      for (const n of values) yield n * 10
    }),
  })

  test('is called once a partition, empty ones too', async () => {
    const build = (numbers: any): any => numbers.mapPartitions(
      (values: Iterable<number>) => [[...values].reduce((a, b) => a + b, 0)])
    expect(await testStream([[[1, 2, 3], []]], ([n]) => build(n), { master, partitions: 3 }))
      .toEqual([[1, 2, 3], [0, 0, 0]])
  })

  test('keeps the partitioner when it is told to', async () => {
    const partitioners: (string | undefined)[] = []
    await testStream([[[1, 2]]], ([n]) => n.map(x => [x, x]).reduceByKey((a, b) => a + b, 3)
      .mapPartitions(values => values, true)
      .transform(rdd => {
        partitioners.push(String(rdd.partitioner?.numPartitions))
        return rdd
      }), { master })
    expect(partitioners).toEqual(['3'])
  })

  itNamesItsLine(master, 'mapPartitions', 'map-partitions.spec.ts', [1],
    numbers => numbers.mapPartitions(boom))
})
