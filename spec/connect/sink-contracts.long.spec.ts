/** Sinks of our own that need no outside system keep the contract of sinks; those of outside systems run it in spec/systems. */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { duckDBSink } from '../../lib/index'
import { sinkContract, type SinkHarness, type SinkPlace } from '../../lib/testing/index'
import { masters } from '../support/contexts'

const columns = { record: 'VARCHAR' }

async function rowsOf(database: DuckDBInstance, sql: string): Promise<string[]> {
  const connection = await database.connect()
  try { return (await connection.runAndReadAll(sql)).getRows().map(([first]) => String(first)) } finally { connection.closeSync() }
}

const tables = "SELECT table_name FROM information_schema.tables WHERE table_name = 'records'"

/** The database of a program that reads while its stream writes. */
async function open(): Promise<SinkPlace> {
  const database = await DuckDBInstance.create(':memory:')
  return {
    sink: () => duckDBSink(database, 'records', { columns }),
    read: async () => (await rowsOf(database, tables)).length === 0 ? [] : rowsOf(database, 'SELECT record FROM records'),
    close: () => database.closeSync(),
  }
}

/** A file, which is opened by the sink, and by readers when the sink has it no more. */
async function openFile(): Promise<SinkPlace> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-'))
  const file = path.join(folder, 'records.duckdb')
  return {
    sink: () => duckDBSink(file, 'records', { columns }),
    async read() {
      const database = await DuckDBInstance.create(file)
      try { return await rowsOf(database, 'SELECT record FROM records') } finally { database.closeSync() }
    },
    close: () => fs.rmSync(folder, { recursive: true }),
  }
}

const harness: SinkHarness = { open, canShare: true, canBreakDown: false, masters }

describe('duckDBSink', () => {
  for (const { name, run, timeoutMs } of sinkContract(harness)) test(name, run, timeoutMs)
})

describe('duckDBSink with a file', () => {
  // A file is open in one sink at a time, and in no reader beside it.
  const programs = sinkContract({ ...harness, open: openFile, canShare: false }).filter(({ name }) => /^(on|killed) /.test(name))
  for (const { name, run, timeoutMs } of programs) test(name, run, timeoutMs)
})
