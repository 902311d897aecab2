/**
 * Connections of this thread, kept between batches: one is lent to one user at a time. An idle one keeps no process alive, is
 * closed after a while, and one that is broken or in the middle of something is never lent again.
 */
import { systemClock, type Timer } from '../../base/clock'
import { limits } from '../../base/limits'
import type { Address, Connection, Dialect } from './dialect'
import { databaseError } from './errors'

/** A database, by how it is reached. */
export interface Database<D extends Dialect = Dialect> { readonly dialect: D, readonly address: Address }

interface Idle { readonly connection: Connection, readonly timer: Timer }

const idle = new Map<string, Idle[]>()

const instances = new WeakMap<object, number>()
let instanceCount = 0

/** Names a database within this process; it holds the password. */
export function databaseKey({ dialect, address: { instance, ...address } }: Database): string {
  if (instance !== undefined && !instances.has(instance)) instances.set(instance, instanceCount++)
  return JSON.stringify([dialect.name, address, instance === undefined ? null : instances.get(instance)])
}

/**
 * Lends `f` a connection. It is kept afterwards, unless `f` has failed: then nobody knows what its session is in the middle of.
 * Errors of the client become MillraceErrors of the code MR_DATABASE.
 */
export async function withConnection<R>(database: Database, f: (connection: Connection) => Promise<R>): Promise<R> {
  let connection: Connection | undefined
  try {
    connection = await take(database)
    const result = await f(connection)
    keep(database, connection)
    return result
  } catch (error) {
    await connection?.close().catch(() => undefined)
    throw databaseError(database, error)
  }
}

/** The same for what is read while it is used: the connection is kept when the reader has come to the end. */
export async function* readingConnection<T>(database: Database, f: (connection: Connection) => AsyncIterable<T>): AsyncGenerator<T, void> {
  let connection: Connection | undefined
  let isDone = false
  try {
    connection = await take(database)
    yield* f(connection)
    isDone = true
  } catch (error) {
    throw databaseError(database, error)
  } finally {
    if (isDone) keep(database, connection!)
    else await connection?.close().catch(() => undefined)
  }
}

async function take(database: Database): Promise<Connection> {
  const kept = idle.get(databaseKey(database))
  for (let last = kept?.pop(); last !== undefined; last = kept!.pop()) {
    last.timer.cancel()
    if (last.connection.isBroken) continue
    last.connection.hold()
    return last.connection
  }
  return database.dialect.connect(database.address)
}

function keep(database: Database, connection: Connection): void {
  if (connection.isBroken) return
  const key = databaseKey(database)
  let kept = idle.get(key)
  if (kept === undefined) idle.set(key, kept = [])
  const timer = systemClock.schedule(systemClock.now() + limits.idleConnectionMs, () => {
    const at = kept.indexOf(entry)
    if (at === -1) return
    kept.splice(at, 1)
    void connection.close().catch(() => undefined)
  }, { unref: true })
  const entry = { connection, timer }
  kept.push(entry)
  connection.release()
}

interface Stopping { onStop(f: () => Promise<void>): void }

const closing = new WeakMap<object, Set<string>>()

/** Calls `close` when the context stops; once for each `key`, however often it is asked. */
export function closeOnce(context: Stopping, key: string, close: () => Promise<void>): void {
  const keys = closing.get(context) ?? new Set()
  closing.set(context, keys)
  if (!keys.has(key)) context.onStop(close)
  keys.add(key)
}

/** What is idle of the database in the context's own thread is closed when the context stops. */
export function closeWith(context: Stopping, database: Database): void { closeOnce(context, databaseKey(database), () => closeIdle(database)) }

/** Closes what is idle, of one database or of all. */
export async function closeIdle(database?: Database): Promise<void> {
  const keys = database === undefined ? [...idle.keys()] : [databaseKey(database)]
  const closed = keys.flatMap(key => {
    const kept = idle.get(key) ?? []
    idle.delete(key)
    return kept
  })
  await Promise.all(closed.map(({ connection, timer }) => {
    timer.cancel()
    connection.hold()
    return connection.close().catch(() => undefined)
  }))
}
