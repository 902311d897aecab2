/** The SQL that sinks write: names of any characters are quoted, values are parameters, and what it does is what a Map does. */
import { DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { connectDuckDB } from '../../../lib/connect/duckdb/database'
import { duckdb } from '../../../lib/connect/duckdb/dialect'
import type { Column, Dialect, Insertion, WritingDialect } from '../../../lib/connect/sql/dialect'
import { mysql } from '../../../lib/connect/mysql/dialect'
import { postgres } from '../../../lib/connect/postgres/dialect'

const anyName = fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('select', 'a"b', 'a`b', "a'b", '"; DROP TABLE x; --', '\u{1F33E}', '$1', '?', '\\', 'Ä b'))
const columnOf = (name: string): Column => ({ name, kind: 'text', type: 'text', cast: 'text', isNullable: true, isFilled: false })

/** A statement with every quoted name as N; what is left is the same whatever the names are. */
function skeleton(sql: string, mark: string): string { return sql.replace(new RegExp(`${mark}(?:[^${mark}]|${mark}${mark})*${mark}`, 'g'), 'N') }

describe.each<[string, Dialect, string]>([['PostgreSQL', postgres, '"'], ['MySQL', mysql, '`'], ['DuckDB', duckdb, '"']])('%s', (_name, dialect, mark) => {
  test('names stay inside their quotes', () => {
    const names = fc.uniqueArray(anyName, { minLength: 4, maxLength: 4 })
    fc.assert(fc.property(names, fc.boolean(), (all, isKeyed) => {
      const made = ([a, b, c, table]: string[]): string[] => {
        const insertion: Insertion = { into: dialect.quoted(table!), columns: [columnOf(a!), columnOf(b!)], key: isKeyed ? [a!] : [], constant: { column: columnOf(c!), value: 'v' } }
        const staged = dialect.insertStaged(insertion, dialect.staged('s', table!), 'x = 1', ['o'])
        const rows = 'insertRows' in dialect ? (dialect as WritingDialect).insertRows(insertion, [['1', '2'], ['3', '4']]).sql : ''
        return [staged.sql, rows].map(sql => skeleton(sql, mark))
      }
      expect(made(all)).toEqual(made(['p', 'q', 'r', 't']))
    }))
  })

  test('values are never part of the text', () => {
    if (!('insertRows' in dialect)) return
    fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1, maxLength: 5 }), rows => {
      const insertion: Insertion = { into: 't', columns: [columnOf('a'), columnOf('b')], key: ['a'] }
      const made = (dialect as WritingDialect).insertRows(insertion, rows)
      expect(made.sql).toBe((dialect as WritingDialect).insertRows(insertion, rows.map(() => ['x', 'y'])).sql)
      expect(made.values.flat().sort()).toEqual(rows.flat().sort())
    }))
  })
})

test('the statements as they are', () => {
  const insertion: Insertion = { into: 't', columns: [columnOf('a'), columnOf('b')], key: ['a'], constant: { column: { ...columnOf('at'), cast: 'timestamptz' }, value: 'now' } }
  expect(postgres.insertStaged(insertion, 's', 'x IN (1)', ['p', 'r']).sql).toBe('INSERT INTO t ("a", "b", "at") SELECT "a", "b", $1::text::timestamptz '
    + 'FROM (SELECT DISTINCT ON ("a") "a", "b" FROM s WHERE x IN (1) ORDER BY "a", p DESC, r DESC) chosen ON CONFLICT ("a") DO UPDATE SET "b" = excluded."b", "at" = excluded."at"')
  expect(mysql.insertRows(insertion, [['1', '2'], ['3', '4']])).toEqual({
    sql: 'INSERT INTO t (`a`, `b`, `at`) VALUES (?, ?, ?), (?, ?, ?) ON DUPLICATE KEY UPDATE `b` = VALUES(`b`), `at` = VALUES(`at`)', values: ['1', '2', 'now', '3', '4', 'now'],
  })
})

test('DuckDB moves rows as a Map does, under names of every kind', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await connectDuckDB(instance)
  const batch = fc.array(fc.tuple(fc.constantFrom('a', 'b', '"', ''), fc.integer()), { maxLength: 6 })
  // To DuckDB names are the same in upper and lower case.
  const names = fc.uniqueArray(anyName.filter(name => !name.includes('\0')), { minLength: 3, maxLength: 3, selector: name => name.toLowerCase() })
  try {
    await fc.assert(fc.asyncProperty(names, batch, batch, async ([word, count, table], ...batches) => {
      const [w, c] = [duckdb.quoted(word!), duckdb.quoted(count!)]
      const target = duckdb.quoted(table!)
      await connection.query(`CREATE OR REPLACE TABLE ${target} (${w} VARCHAR PRIMARY KEY, ${c} BIGINT)`)
      for (const rows of batches) {
        await connection.query(`CREATE OR REPLACE TABLE "millrace aside" (${w} VARCHAR, ${c} BIGINT, millrace_row BIGINT)`)
        for (const [i, [key, value]] of rows.entries()) await connection.query('INSERT INTO "millrace aside" VALUES ($1, $2, $3)', [key, BigInt(value), BigInt(i)])
        const { sql, values } = duckdb.insertStaged({ into: target, columns: [columnOf(word!), columnOf(count!)], key: [word!] }, '"millrace aside"', 'true', ['millrace_row'])
        await connection.query(sql, values)
      }
      expect(new Map(await connection.query(`SELECT * FROM ${target}`) as [string, bigint][])).toEqual(new Map(batches.flat().map(([key, value]) => [key, BigInt(value)])))
      await connection.query(`DROP TABLE ${target}`)
    }), { numRuns: 25 })
  } finally {
    await connection.close()
    instance.closeSync()
  }
})
