/**
 * Rows of a statement as chunks, read while they are used. What could not begin is tried again; once a row was handed on, a lost
 * connection fails the task, whose next attempt reads from the beginning.
 */
import { sleep, systemClock } from '../../base/clock'
import { MillraceError } from '../../base/errors'
import type { Numbers, Statement } from './dialect'
import { readingConnection, type Database } from './pool'

export interface ChunkOptions {
  readonly database: Database
  readonly fetchRows: number
  readonly numbers: Numbers
  readonly retryMs: number
}

const retryPauseMs = 200

type Row = Record<string, unknown>

/** Nothing when `statement` gives undefined. It can be iterated more than once. */
export function readChunks({ database, fetchRows, numbers, retryMs }: ChunkOptions, statement: () => Statement | undefined): AsyncIterable<Row[]> {
  return { [Symbol.asyncIterator]: () => chunksOf(database, statement(), { fetchRows, numbers, retryMs }) }
}

async function* chunksOf(database: Database, statement: Statement | undefined, { fetchRows, numbers, retryMs }: Omit<ChunkOptions, 'database'>): AsyncGenerator<Row[], void> {
  if (statement === undefined) return
  const untilMs = systemClock.now() + retryMs
  for (let hasBegun = false; ;) {
    try {
      for await (const chunk of readingConnection(database, connection => connection.read(statement, fetchRows, numbers))) {
        hasBegun = true
        yield chunk
      }
      return
    } catch (error) {
      if (hasBegun || !MillraceError.is(error) || !error.retriable || systemClock.now() + retryPauseMs > untilMs) throw error
      await sleep(systemClock, retryPauseMs)
    }
  }
}
