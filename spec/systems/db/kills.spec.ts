/** Programs that are killed by SIGKILL at random moments: every number is in every table once, and a batch is seen whole or not at all. */
import * as path from 'node:path'
import { Random } from '../../../lib/base/random'
import { withFolder } from '../../support/folders'
import { live } from '../support/lives'
import { databases, freshTable, type Asked, type TestDatabase } from './databases'

const kills = 24
const perBatch = 50
const lifeMsMax = 900

interface Tables { readonly added: string, readonly keyed: string, readonly written: string }

const program = path.join(__dirname, 'killed-program.js')

async function createTables({ ask }: Asked, { name }: TestDatabase, { added, keyed, written }: Tables): Promise<void> {
  const time = name === 'postgres' ? 'timestamptz' : 'datetime(3)'
  await ask(`CREATE TABLE ${added} (n bigint NOT NULL, batch_time ${time})`)
  await ask(`CREATE TABLE ${keyed} (k int PRIMARY KEY, n bigint NOT NULL)`)
  await ask(`CREATE TABLE ${written} (n bigint NOT NULL, batch_time ${time})`)
}

/** Looks again and again, while programs live and die, whether a batch can be seen in part. */
async function watch({ ask }: Asked, table: string, isOver: () => boolean): Promise<{ looks: number, partial: unknown[][] }> {
  let looks = 0
  const partial: unknown[][] = []
  while (!isOver()) {
    partial.push(...await ask(`SELECT batch_time, count(*) FROM ${table} GROUP BY batch_time HAVING count(*) <> ${perBatch}`))
    looks++
  }
  return { looks, partial }
}

describe.each(databases)('$name', database => {
  test(`after ${kills} kills every number is there once, and no batch was seen in part`, () => withFolder(async folder => {
    const system = await database.start()
    const asked = await database.connect(system.port)
    const watching = await database.connect(system.port)
    const tables = { added: freshTable('added'), keyed: freshTable('keyed'), written: freshTable('written') }
    const random = new Random(database.name.length)
    let isOver = false
    try {
      await createTables(asked, database, tables)
      if (database.name === 'mysql') await asked.ask('SET GLOBAL innodb_flush_log_at_trx_commit = 2')
      const watched = watch(watching, tables.added, () => isOver)
      const options = { folder: path.join(folder, 'checkpoint'), url: asked.url, tables }
      let ran = 0
      for (let kill = 0; kill < kills; kill++) {
        const { batches, code, errors } = await live(program, { ...options, master: kill % 3 === 2 ? 'local[2]' : 'local' }, { killAfterMs: 20 + random.nextInt(lifeMsMax) })
        expect([code, errors]).toEqual([null, ''])
        ran += batches
      }
      const last = await live(program, { ...options, master: 'local' }, { batches: 30 })
      expect([last.code, last.errors]).toEqual([0, ''])
      isOver = true
      const { looks, partial } = await watched
      expect(partial).toEqual([])
      expect(looks).toBeGreaterThan(kills)
      expect(ran).toBeGreaterThan(kills / 2)

      const numbers = async (table: string): Promise<number[]> => (await asked.ask(`SELECT n FROM ${table} ORDER BY n`)).map(([n]) => Number(n))
      const added = await numbers(tables.added)
      expect(added.length).toBeGreaterThan(20 * perBatch)
      expect(added).toEqual(Array.from({ length: added.length }, (_, n) => n))
      expect(await numbers(tables.written)).toEqual(added)
      const keyed = (await asked.ask(`SELECT k, n FROM ${tables.keyed} ORDER BY k`)).map(row => row.map(Number))
      expect(keyed).toEqual(Array.from({ length: 7 }, (_, k) => [k, added.findLast(n => n % 7 === k)]))
      const leftovers = (await asked.ask('SELECT table_name FROM information_schema.tables')).flat().filter(name => String(name).includes('staged_'))
      // Only an empty table aside may wait for the next batch.
      expect(leftovers.length).toBeLessThanOrEqual(2)
    } finally {
      isOver = true
      await asked.close().catch(() => undefined)
      await watching.close().catch(() => undefined)
      await system.close()
    }
  }), 400_000)
})
