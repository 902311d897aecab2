/**
 * Threads that no context has now: kept a short while for the next one, because loading the engine takes a thread longer
 * than a small job. They hold nothing of the context that had them, keep no process alive, and end by themselves.
 */
import * as path from 'node:path'
import { Worker } from 'node:worker_threads'
import { systemClock, type Timer } from '../../base/clock'
import { limits } from '../../base/limits'

/** The compiled entry: a thread that had to compile TypeScript would take half a second to start. */
const compiled = path.join(__dirname, '..', '..', '..', 'dist', 'local', 'threads', 'thread-main.js')

interface IdleThread { readonly worker: Worker, readonly timer: Timer, readonly onEnd: () => void }

/** One list for all copies of this module in a realm: those who clear the cache of modules load it more than once. */
const idle = idleThreads()

function idleThreads(): IdleThread[] {
  const shared = globalThis as unknown as Record<symbol, Map<string, IdleThread[]> | undefined>
  const lists = shared[Symbol.for('millrace.idleThreads')] ??= new Map<string, IdleThread[]>()
  let list = lists.get(compiled)
  if (list === undefined) lists.set(compiled, list = [])
  return list
}

/** A thread that waits for a context: the one that has become idle last, or a new one. */
export function takeWorker(): Worker {
  const known = idle.pop()
  if (known === undefined) return new Worker(compiled, { name: 'millrace' })
  forget(known)
  return known.worker
}

/** Keeps a thread that has been ended cleanly, and nobody listens to any more. */
export function keepWorker(worker: Worker, idleMs: number = limits.idleThreadMs): void {
  const oldest = idle.length < limits.idleThreadsMax ? undefined : idle.shift()
  if (oldest !== undefined) end(oldest)
  const timer = systemClock.schedule(systemClock.now() + idleMs, () => {
    remove(kept)
    end(kept)
  }, { unref: true })
  const onEnd = (): void => {
    remove(kept)
    timer.cancel()
  }
  const kept: IdleThread = { worker, timer, onEnd }
  worker.on('error', onEnd)
  worker.on('exit', onEnd)
  worker.unref()
  idle.push(kept)
}

function remove(thread: IdleThread): void {
  const at = idle.indexOf(thread)
  if (at !== -1) idle.splice(at, 1)
}

function forget({ worker, timer, onEnd }: IdleThread): void {
  timer.cancel()
  worker.off('error', onEnd)
  worker.off('exit', onEnd)
}

function end({ worker, timer }: IdleThread): void {
  timer.cancel()
  void worker.terminate()
}
