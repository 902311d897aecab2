/**
 * A clickstream into a DuckDB database: every click once, and how often each page was seen, replaced with every batch. Both
 * tables can be queried while the stream runs.
 *
 * Needs one more package: npm install @duckdb/node-api
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, ReplayableInputDStream, StreamingContext, duckDBSink, type DStream, type PlanHints, type RDD, type Time } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

interface Click { readonly visitor: string, readonly page: string, readonly at: Date }

const pages = ['/', '/flour', '/bran', '/flour', '/contact']
const clicksPerBatch = 100
const batches = 6

/** Clicks by their numbers, in place of Kafka: a batch is a range of them, and reads the same whenever it runs again. */
class Clicks extends ReplayableInputDStream<Click, { readonly from: number }> {
  protected plan(_time: Time, { previous }: PlanHints<{ readonly from: number }>): { readonly from: number } | undefined {
    const from = previous === undefined ? 0 : previous.from + clicksPerBatch
    return from === batches * clicksPerBatch ? undefined : { from }
  }

  protected read({ from }: { readonly from: number }): RDD<Click> {
    const start = Date.UTC(2026, 0, 1)
    const all = pages
    return this.context.sparkContext.range(from, from + clicksPerBatch).map(n => (
      { visitor: `visitor-${n % 7}`, page: all[n % all.length]!, at: new Date(start + n * 1000) }))
  }
}

function count(clicks: DStream<Click>): DStream<[string, number]> {
  return clicks.map(({ page }): [string, number] => [page, 1]).reduceByKey((a, b) => a + b)
    .updateStateByKey((counts: number[], before?: number) => counts.reduce((a, b) => a + b, before ?? 0))
}

async function showTables(file: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const rows = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRows()
  const [[clicks, visitors]] = await rows('SELECT count(*)::INTEGER, count(DISTINCT visitor)::INTEGER FROM clicks') as [[number, number]]
  console.log(`${clicks} clicks of ${visitors} visitors`)
  for (const [page, views] of await rows('SELECT page, views FROM pages ORDER BY views DESC, page LIMIT 3')) console.log(`${page}: ${views} views`)
  connection.closeSync()
  instance.closeSync()
}

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const file = path.join(folder, 'clicks.duckdb')
  // With the checkpoint folder every click is in the table once, whenever the process dies: the batch that was on its way is
  // committed, or written again, when the program runs next.
  const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), () => {
    const fresh = new StreamingContext(settings('ClickstreamToDuckDB'), Milliseconds(200))
    fresh.checkpoint(path.join(folder, 'checkpoint'))
    const clicks = new Clicks(fresh, 'clicks')
    clicks.saveTo(duckDBSink<Click>(file, 'clicks', { columns: { visitor: 'VARCHAR', page: 'VARCHAR', at: 'TIMESTAMP' } }), { uid: 'clicks' })
    count(clicks).saveTo(duckDBSink(file, 'pages', { columns: { page: 'VARCHAR', views: 'INTEGER' }, key: ['page'] }), { uid: 'pages' })
    return fresh
  })
  stopAfter(ssc, batches + 1)
  await ssc.start()
  await ssc.awaitTermination()
  await showTables(file)
  await fs.rm(folder, { recursive: true })
}

void main()
