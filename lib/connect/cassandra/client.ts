/**
 * Clients of `cassandra-driver`: one a thread and cluster, shared by all who use it at the same time, shut down when nobody
 * has for a while: unlike a connection it has timers of its own, which keep the process alive until then.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { sleep, systemClock, type Timer } from '../../base/clock'
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { hints, isSocketError } from '../sql/errors'
import { optionalPackage } from '../support/optional-package'
import type { CassandraAddress } from './options'

// The types of the package stay inside this folder, so that programs without it can be compiled.
export type CassandraDriver = typeof import('cassandra-driver')
export type Client = import('cassandra-driver').Client

export function loadCassandra(): CassandraDriver {
  return optionalPackage('cassandra-driver', 'Cassandra', () => require('cassandra-driver') as CassandraDriver)
}

interface Shared { readonly client: Promise<Client>, users: number, timer: Timer | undefined }

const clients = new Map<string, Shared>()

/** Lends `f` the client of this thread. Errors of the driver become MillraceErrors of the code MR_DATABASE. */
export async function withClient<R>(address: CassandraAddress, f: (client: Client) => Promise<R>): Promise<R> {
  const key = JSON.stringify(address)
  const shared = take(key, address)
  try { return await f(await shared.client) } catch (error) { throw cassandraError(address, error) } finally { release(key, shared) }
}

/** The same for what is read while it is used. */
export async function* readingClient<T>(address: CassandraAddress, f: (client: Client) => AsyncIterable<T>): AsyncGenerator<T, void> {
  const key = JSON.stringify(address)
  const shared = take(key, address)
  try { yield* f(await shared.client) } catch (error) { throw cassandraError(address, error) } finally { release(key, shared) }
}

function take(key: string, address: CassandraAddress): Shared {
  let shared = clients.get(key)
  if (shared === undefined) {
    const opened: Shared = { client: open(address), users: 0, timer: undefined }
    // Who comes next tries again.
    opened.client.catch(() => { if (clients.get(key) === opened) clients.delete(key) })
    clients.set(key, shared = opened)
  }
  shared.timer?.cancel()
  shared.timer = undefined
  shared.users++
  return shared
}

function release(key: string, shared: Shared): void {
  if (--shared.users > 0) return
  shared.timer = systemClock.schedule(systemClock.now() + limits.idleConnectionMs, () => closeShared(key, shared), { unref: true })
}

async function closeShared(key: string, shared: Shared): Promise<void> {
  if (shared.users > 0) return
  shared.timer?.cancel()
  if (clients.get(key) === shared) clients.delete(key)
  await shared.client.then(client => client.shutdown()).catch(() => undefined)
}

/** Shuts the client of this thread down, unless it is in use. */
export async function closeIdleClient(address: CassandraAddress): Promise<void> {
  const key = JSON.stringify(address)
  const shared = clients.get(key)
  if (shared !== undefined) await closeShared(key, shared)
}

interface OwnSockets { readonly open: Set<Socket>, isClosed: boolean }

/**
 * The sockets that a client has opened: after a node was away the driver forgets some, and their heartbeats would keep the process
 * alive for ever.
 */
const opening = new AsyncLocalStorage<OwnSockets>()
let isWatching = false

function watchSockets(): void {
  if (isWatching) return
  isWatching = true
  subscribe('net.client.socket', message => {
    const own = opening.getStore()
    if (own === undefined) return
    const { socket } = message as { readonly socket: Socket }
    // It goes on trying for a moment after its end.
    if (own.isClosed) setImmediate(() => socket.destroy())
    own.open.add(socket)
    socket.once('close', () => own.open.delete(socket))
  })
}

/** What the client opens, now or for one of its statements, is closed with it. */
function ownSockets(client: Client): void {
  const own: OwnSockets = { open: new Set(), isClosed: false }
  watchSockets()
  for (const name of ['connect', 'execute'] as const) {
    const call = client[name].bind(client) as (...args: unknown[]) => unknown
    client[name] = ((...args: unknown[]) => opening.run(own, () => call(...args))) as never
  }
  const hosts = new Set<object>()
  for (const event of ['hostAdd', 'hostUp', 'hostDown', 'hostRemove'] as const) client.on(event, (host: object) => hosts.add(host))
  const shutdown = client.shutdown.bind(client)
  client.shutdown = (async () => {
    for (const host of client.hosts?.values() ?? []) hosts.add(host)
    await shutdown()
    own.isClosed = true
    for (const socket of own.open) socket.destroy()
    // A node that was away is one that it goes on calling.
    for (const host of hosts as Set<{ shutdown?(isWaiting: boolean): Promise<void> }>) await host.shutdown?.(false)?.catch(() => undefined)
  }) as never
}

async function open({ contactPoints, localDataCenter, port, user, password, ssl, connectTimeoutMs, client: more }: CassandraAddress): Promise<Client> {
  const driver = loadCassandra()
  const client = new driver.Client({
    ...more, contactPoints: [...contactPoints], localDataCenter,
    ...port === undefined ? {} : { protocolOptions: { port } },
    ...user === undefined ? {} : { credentials: { username: user, password: password ?? '' } },
    ...ssl === undefined || ssl === false ? {} : { sslOptions: ssl === true ? {} : ssl as object },
    socketOptions: { connectTimeout: connectTimeoutMs },
    encoding: { useBigIntAsLong: true, useBigIntAsVarint: true, map: Map, set: Set },
  })
  ownSockets(client)
  try { await client.connect() } catch (error) {
    await client.shutdown().catch(() => undefined)
    throw error
  }
  return client
}

/** Server errors that pass: unavailable, overloaded, bootstrapping, timeouts of writes and reads. */
const transientCodes: ReadonlySet<unknown> = new Set([0x1000, 0x1001, 0x1002, 0x1100, 0x1200])

function isTransient(error: unknown): boolean {
  const { name, code, innerErrors } = (error ?? {}) as { name?: unknown, code?: unknown, innerErrors?: unknown }
  if (name === 'NoHostAvailableError') return !innerOf(innerErrors).some(isRefusal)
  return name === 'OperationTimedOutError' || isSocketError(error) || (name === 'ResponseError' && transientCodes.has(code))
}

function innerOf(errors: unknown): unknown[] { return typeof errors === 'object' && errors !== null ? Object.values(errors) : [] }

function isRefusal(error: unknown): boolean { return (error as { name?: unknown } | undefined)?.name === 'AuthenticationError' }

export function cassandraError({ contactPoints }: CassandraAddress, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error
  const { message, name, innerErrors } = (error ?? {}) as { message?: unknown, name?: unknown, innerErrors?: unknown }
  const inner = innerOf(innerErrors)[0] as { message?: unknown } | undefined
  const isRefused = isRefusal(error) || innerOf(innerErrors).some(isRefusal)
  const hint = isRefused ? hints.access : name === 'NoHostAvailableError' ? hints.unreachable : undefined
  return new MillraceError('MR_DATABASE', `Cassandra at ${contactPoints.join(', ')}: ${String(inner?.message ?? message ?? error)}`, {
    cause: error, retriable: isTransient(error), ...(hint === undefined ? {} : { hint }),
  })
}

const firstWaitMs = 50
const waitMsMax = 2_000

/** Runs `f` again while its errors pass, until `retryMs` are over: for what may be done twice. */
export async function withRetries<R>(address: CassandraAddress, retryMs: number, f: () => Promise<R>): Promise<R> {
  const untilMs = systemClock.now() + retryMs
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, waitMsMax)) {
    try { return await f() } catch (thrown) {
      const error = cassandraError(address, thrown)
      if (!error.retriable || systemClock.now() + waitMs > untilMs) throw error
      await sleep(systemClock, waitMs)
    }
  }
}
