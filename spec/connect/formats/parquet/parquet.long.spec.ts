/** Parquet from strangers: of every byte that is wrong a file is read or refused by name; nothing hangs and nothing ends the process. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { withSpark } from '../../../support/contexts'
import { withFolder } from '../../../support/folders'

const columns = "i, i % 3 = 0 AS flag, CASE WHEN i % 4 = 0 THEN NULL ELSE 'name ' || (i % 5) END AS name, i * 0.5 AS half, [i, NULL] AS list, {a: i, b: 'x'} AS pair, MAP {'k': i} AS map, (i * 1.01)::DECIMAL(30, 4) AS price"

test.each(['V1', 'V2'])('files of DuckDB in %s, with wrong bytes', version => withFolder(folder => withSpark('local', async sc => {
  const whole = path.join(folder, 'whole.parquet')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (SELECT ${columns} FROM range(200) t(i)) TO '${whole}' (FORMAT parquet, PARQUET_VERSION ${version})`)
  connection.closeSync()
  instance.closeSync()
  const bytes = fs.readFileSync(whole)
  expect(await sc.parquetFile(whole).count()).toBe(200)
  const file = path.join(folder, 'wrong.parquet')
  const footerBytes = bytes.readUInt32LE(bytes.length - 8) + 8
  const outcomes = new Map<string, number>()
  const change = fc.tuple(fc.boolean(), fc.nat(), fc.nat(255))
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
    const wrong = Buffer.from(bytes)
    for (const [isFooter, at, byte] of changes) wrong[isFooter ? wrong.length - 1 - at % footerBytes : at % wrong.length] = byte
    fs.writeFileSync(file, wrong)
    const outcome = await sc.parquetFile(file, { minPartitions: 1 }).collect().then(() => 'read', (error: { code: string }) => error.code)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }), { numRuns: 1_000 })
  expect([...outcomes.keys()].sort()).toEqual(['MR_INPUT_DAMAGED', 'read'])
})))
