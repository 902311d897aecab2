/** What a task is measured by: in events and, by Spark's names, in listeners. */
import type { TaskMetrics } from '../../lib/events/engine-events'
import type { SparkContext } from '../../lib/index'
import type { SparkTaskMetrics } from '../../lib/rdd/context/spark-listener'
import { withSpark } from '../support/contexts'

async function metricsOf(sc: SparkContext, run: () => Promise<unknown>): Promise<TaskMetrics[]> {
  const metrics: TaskMetrics[] = []
  const unsubscribe = sc.events.subscribe(event => { if (event.type === 'taskEnd') metrics.push(event.metrics) })
  await run()
  unsubscribe()
  return metrics
}

describe.each(['local', 'local[2]'])('on %s', master => {
  test('the time of the functions is run time', () => withSpark(master, async sc => {
    const [task] = await metricsOf(sc, () => sc.parallelize([1], 1).map(n => {
      for (const end = performance.now() + 30; performance.now() < end;);
      return n
    }).count())
    expect(task!.runTimeMs).toBeGreaterThan(29)
  }))

  test('garbage collections are those of the task that made the garbage', () => withSpark(master, async sc => {
    const quiet = await metricsOf(sc, () => sc.parallelize([1], 1).count())
    const loud = await metricsOf(sc, () => sc.parallelize([1], 1).map(() => {
      const kept: object[] = []
      for (let i = 0; i < 600_000; i++) kept.push({ i })
      return kept.length
    }).collect())
    expect(quiet[0]!.gcTimeMs).toBeLessThan(5)
    expect(loud[0]!.gcTimeMs).toBeGreaterThan(quiet[0]!.gcTimeMs)
    expect(loud[0]!.gcTimeMs).toBeLessThan(loud[0]!.runTimeMs + loud[0]!.deserializeTimeMs + 1)
  }))

  test('shuffle bytes that are written are read', () => withSpark(master, async sc => {
    const tasks = await metricsOf(sc, () => sc.range(0, 1_000, 1, 2).map(n => [n, `${n}`]).groupByKey(3).count())
    const sum = (of: (task: TaskMetrics) => number): number => tasks.reduce((all, task) => all + of(task), 0)
    expect(sum(task => task.shuffleRecordsWritten)).toBe(1_000)
    expect(sum(task => task.shuffleBytesWritten)).toBeGreaterThan(4_000)
    expect(sum(task => task.shuffleBytesRead)).toBeGreaterThan(4_000)
    expect(tasks.filter(task => task.shuffleBytesRead > 0)).toHaveLength(3)
  }))

  test('listeners are told under the names of Spark', () => withSpark(master, async sc => {
    const seen: SparkTaskMetrics[] = []
    sc.addSparkListener({ onTaskEnd: ({ taskMetrics }) => { seen.push(taskMetrics) } })
    await sc.parallelize([[1, 2], [1, 3]] as [number, number][], 1).groupByKey(1).collect()
    expect(seen).toHaveLength(2)
    for (const metrics of seen) {
      for (const name of ['executorRunTime', 'executorDeserializeTime', 'jvmGCTime', 'resultSize'] as const) {
        expect(metrics[name]).toBeGreaterThanOrEqual(0)
      }
    }
    expect(seen[0]!.shuffleWriteMetrics.bytesWritten).toBeGreaterThan(0)
    expect(seen[1]!.shuffleReadMetrics.totalBytesRead).toBeGreaterThan(0)
  }))
})

test('what threads are sent and send back is measured', () => withSpark('local[2]', async sc => {
  const data = Array.from({ length: 50_000 }, (_, i) => `element ${i}`)
  const tasks = await metricsOf(sc, () => sc.parallelize(data, 1).collect())
  expect(tasks[0]!.deserializeTimeMs).toBeGreaterThan(0.1)
  expect(tasks[0]!.resultBytes).toBeGreaterThan(500_000)
  const [failed] = await metricsOf(sc, () => sc.parallelize(data, 1).foreach(() => { throw new Error('no') }).catch(() => undefined))
  expect(failed!.resultBytes).toBe(0)
}))
