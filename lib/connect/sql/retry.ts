/**
 * Work on a database that is done again, from its beginning, when the connection was lost, the server restarts, or another
 * transaction was in the way: after a while that doubles, until `retryMs` are over.
 */
import { sleep, systemClock } from '../../base/clock'
import { MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import { freshSeed, Random } from '../../base/random'
import type { Connection } from './dialect'
import { withConnection, type Database } from './pool'

const log = logFor('Database')
const firstWaitMs = 50
const waitMsMax = 2_000

/** Two that were in each other's way must not wait for the same time. */
let random: Random | undefined

/** Lends `f` a connection; `f` must be such that it can be run again after any of its steps. */
export async function withRetries<R>(database: Database, retryMs: number, f: (connection: Connection) => Promise<R>): Promise<R> {
  const untilMs = systemClock.now() + retryMs
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, waitMsMax)) {
    try { return await withConnection(database, f) } catch (error) {
      if (!MillraceError.is(error) || error.code !== 'MR_DATABASE' || !error.retriable || systemClock.now() + waitMs > untilMs) throw error
      log.info(`${error.message}. Tried again in ${waitMs} ms`)
      random ??= new Random(freshSeed())
      await sleep(systemClock, Math.ceil(waitMs * (0.5 + random.next() / 2)))
    }
  }
}

/** Runs `f` in a transaction; when it fails, nothing of it has happened. */
export async function inTransaction<R>(connection: Connection, f: () => Promise<R>): Promise<R> {
  await connection.query('BEGIN')
  try {
    const result = await f()
    await connection.query('COMMIT')
    return result
  } catch (error) {
    // Without a connection the server does it.
    await connection.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
