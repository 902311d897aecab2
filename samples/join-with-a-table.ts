/**
 * Orders of a stream joined with a table of prices. The table is read anew in each batch, so a price that changes counts from
 * the next batch on. Here it is a DuckDB database in memory; url: 'postgres://...' or 'mysql://...' reads from a server.
 *
 * Needs one more package: npm install @duckdb/node-api
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

interface Price { readonly item: string, readonly cents: number }

/** Items and how many of them. */
const orders: [string, number][][] = [
  [['flour', 2], ['bran', 1]], [['flour', 1], ['coal', 5]], [['bran', 3], ['flour', 4]],
]

async function main(): Promise<void> {
  const database = await DuckDBInstance.create(':memory:')
  const shop = await database.connect()
  await shop.run("CREATE TABLE prices AS SELECT * FROM (VALUES ('flour', 120), ('bran', 45)) AS v(item, cents)")

  const ssc = new StreamingContext(settings('JoinWithATable'), Milliseconds(300))
  const prices = () => ssc.sparkContext.tableRDD<Price>({ driver: 'duckdb', database, table: 'prices', numbers: 'number' })
  const bills = ssc.queueStream(orders).transform(rdd => (
    rdd.leftOuterJoin(prices().map(({ item, cents }): [string, number] => [item, cents]))))

  let batch = 0
  bills.foreachRDD(async rdd => {
    batch++
    for (const [item, [count, cents]] of (await rdd.collect()).sort()) {
      console.log(`batch ${batch}: ${count} ${item} ${cents === undefined ? 'has no price' : `for ${count * cents} cents`}`)
    }
    if (batch === 1) await shop.run("UPDATE prices SET cents = 150 WHERE item = 'flour'")
  })
  stopAfter(ssc, orders.length)

  await ssc.start()
  await ssc.awaitTermination()
  shop.closeSync()
  database.closeSync()
}

void main()
