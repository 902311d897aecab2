/**
 * Writes the counts of every batch into a DuckDB database, so that a batch that runs twice is written once.
 *
 * Needs one more package: npm install @duckdb/node-api
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const lines = [
  ['the mill turns', 'the wheel turns'], ['the water comes'], ['the flour goes', 'the mill rests'],
]

/** Runs `f` with a connection to the database, which is opened for it and closed after it. */
async function connected<R>(file: string, f: (connection: DuckDBConnection) => Promise<R>): Promise<R> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  try {
    return await f(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const file = path.join(folder, 'counts.duckdb')
  await connected(file, connection => connection.run(
    'CREATE TABLE counts (batch_time BIGINT, word VARCHAR, count INTEGER, PRIMARY KEY (batch_time, word))'))

  const ssc = new StreamingContext(settings('WordCountToDuckDB'), Milliseconds(300))
  const words = ssc.queueStream(lines).flatMap(line => line.split(' '))
  const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.foreachRDD(async (rdd, time) => {
    const batchTime = BigInt(time.milliseconds)
    // DuckDB has one writer at a time: one partition, and so one connection. It is opened in the task that
    // writes, once a partition, and not on the driver: a connection cannot travel.
    const write = () => rdd.coalesce(1).foreachPartition(rows => connected(file, async connection => {
      await connection.run('BEGIN')
      for (const [word, count] of rows) {
        // The key holds the batch time: writing the same batch again changes nothing.
        await connection.run('INSERT OR REPLACE INTO counts VALUES ($1, $2, $3)', [batchTime, word, count])
      }
      await connection.run('COMMIT')
    }))
    await write()
    await write() // As after a failure between the writing and the end of the batch.
  })
  stopAfter(ssc, lines.length)

  await ssc.start()
  await ssc.awaitTermination()

  const result = await connected(file, connection => connection.runAndReadAll(
    `SELECT word, sum(count)::INTEGER, count(*)::INTEGER
     FROM counts GROUP BY word ORDER BY 2 DESC, word LIMIT 3`))
  for (const [word, count, batches] of result.getRows()) {
    console.log(`${word}: ${count} times in ${batches} batches`)
  }
  await fs.rm(folder, { recursive: true })
}

void main()
