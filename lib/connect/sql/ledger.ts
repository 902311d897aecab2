/**
 * Which batches, and which partitions of batches, a database has: noted in the transaction that their rows are in, so that
 * both are there or neither.
 */
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'
import type { Connection, Dialect } from './dialect'

/** The rows of one output of one application. */
export interface LedgerStream {
  readonly application: string
  readonly output: string
  readonly staging: string
}

export interface LedgerEntry extends LedgerStream {
  readonly timeMs: number
  readonly partition: number
}

/** In place of a partition: the batch as a whole. */
export const wholeBatch = -1

/** What MySQL has an index on. */
const nameLengthMax = 250

/** Throws IllegalArgumentError for names that a ledger cannot tell apart. */
export async function createLedger(dialect: Dialect, connection: Connection, { application, output, staging }: LedgerStream): Promise<void> {
  for (const name of [application, output]) {
    if (name.length <= nameLengthMax && name.trimEnd() === name && !name.includes('\0')) continue
    throw new IllegalArgumentError(`the ledger knows an output by spark.app.name and uid, of at most ${nameLengthMax} characters without a space at the end,`
      + ` got ${describe(name)}`)
  }
  await dialect.createLedger(connection, staging)
}

function where(dialect: Dialect, more = ''): string { return `WHERE application = ${dialect.parameter(1)} AND output = ${dialect.parameter(2)}${more}` }

export async function isKnown(dialect: Dialect, connection: Connection, { application, output, staging, timeMs, partition }: LedgerEntry): Promise<boolean> {
  const condition = where(dialect, ` AND batch_time = ${dialect.parameter(3)} AND partition_index = ${dialect.parameter(4)}`)
  const found = await connection.query(`SELECT 1 FROM ${dialect.staged(staging, 'ledger')} ${condition}`, [application, output, BigInt(timeMs), BigInt(partition)])
  return found.length > 0
}

/** Fails with an error that `isDuplicate` when it is there, and waits for a transaction that is noting the same. */
export async function note(dialect: Dialect, connection: Connection, { application, output, staging, timeMs, partition }: LedgerEntry): Promise<void> {
  const values = [1, 2, 3, 4].map(n => dialect.parameter(n)).join(', ')
  await connection.query(`INSERT INTO ${dialect.staged(staging, 'ledger')} (application, output, batch_time, partition_index) VALUES (${values})`,
    [application, output, BigInt(timeMs), BigInt(partition)])
}

export async function forgetBefore(dialect: Dialect, connection: Connection, { application, output, staging }: LedgerStream, timeMs: number): Promise<void> {
  await connection.query(`DELETE FROM ${dialect.staged(staging, 'ledger')} ${where(dialect, ` AND batch_time < ${dialect.parameter(3)}`)}`, [application, output, BigInt(timeMs)])
}

export async function forgetStream(dialect: Dialect, connection: Connection, { application, output, staging }: LedgerStream): Promise<void> {
  await connection.query(`DELETE FROM ${dialect.staged(staging, 'ledger')} ${where(dialect)}`, [application, output])
}
