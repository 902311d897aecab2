/**
 * Writes the counts of every batch into a table of a DuckDB database, each batch in one transaction.
 *
 * Needs one more package: npm install @duckdb/node-api
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, StreamingContext, duckDBSink } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const lines = [
  ['the mill turns', 'the wheel turns'], ['the water comes'], ['the flour goes', 'the mill rests'],
]

/** Reads the table when the stream has stopped: one process at a time has a database open. */
async function readCounts(file: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(
    `SELECT word, sum(count)::INTEGER, count(*)::INTEGER
     FROM counts GROUP BY word ORDER BY 2 DESC, word LIMIT 3`)
  for (const [word, count, batches] of result.getRows()) {
    console.log(`${word}: ${count} times in ${batches} batches`)
  }
  connection.closeSync()
  instance.closeSync()
}

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const file = path.join(folder, 'counts.duckdb')

  const ssc = new StreamingContext(settings('WordCountToDuckDB'), Milliseconds(300))
  const words = ssc.queueStream(lines).flatMap(line => line.split(' '))
  const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
  // The table is created when it is not there. With a checkpoint folder and a source that can be read again
  // (see exactly-once-output.ts) every batch is in it exactly once, whenever the process dies.
  counts.saveTo(duckDBSink(file, 'counts', {
    columns: { word: 'VARCHAR', count: 'INTEGER' }, batchTime: 'batch_time', key: ['batch_time', 'word'],
  }))
  stopAfter(ssc, lines.length)

  await ssc.start()
  await ssc.awaitTermination()
  await readCounts(file)
  await fs.rm(folder, { recursive: true })
}

void main()
