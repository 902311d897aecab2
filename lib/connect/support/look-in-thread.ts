/**
 * Looks for files in another thread while this one stands still: for calls that must answer at once about file systems that
 * cannot. The thread is kept a while for the next look, and keeps no process alive.
 */
import * as path from 'node:path'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { systemClock, type Timer } from '../../base/clock'
import { limits } from '../../base/limits'
import { SparkError } from '../../base/errors'
import { fileSystemSettings } from '../../disk/file-systems'
import type { FoundFile } from '../../disk/glob'
import type { LookElsewhere } from '../../disk/look-sync'
import { readPostedError, type PostedDiskError } from '../../disk/posted-error'

/** The compiled entry, as threads of the engine have theirs. */
const compiled = path.join(__dirname, '..', '..', '..', 'dist', 'connect', 'support', 'look-main.js')
const longestMs = 300_000

export interface LookRequest {
  readonly wanted: Parameters<LookElsewhere>[0]
  readonly settings: readonly (readonly [string, string])[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Set to 1 when the answer is posted. */
  readonly done: SharedArrayBuffer
  readonly port: MessagePort
}

export type LookAnswer = { readonly files: readonly (FoundFile | undefined)[] } | { readonly error: PostedDiskError }

let thread: { readonly worker: Worker, timer: Timer } | undefined

/** The files, or what the look has thrown. */
export const lookInThread: LookElsewhere = wanted => {
  const worker = takeWorker()
  const { port1, port2 } = new MessageChannel()
  const done = new SharedArrayBuffer(4)
  const request: LookRequest = { wanted, settings: fileSystemSettings(), environment: { ...process.env }, done, port: port2 }
  worker.postMessage(request, [port2])
  try {
    if (Atomics.wait(new Int32Array(done), 0, 0, longestMs) === 'timed-out') {
      throw new SparkError(`Looking for input files took longer than ${longestMs} ms`, { hint: 'Run an action first, or give the number of partitions.' })
    }
    const answer = receiveMessageOnPort(port1)!.message as LookAnswer
    if ('error' in answer) throw readPostedError(answer.error)
    return answer.files
  } finally { port1.close() }
}

function takeWorker(): Worker {
  thread?.timer.cancel()
  const worker = thread?.worker ?? new Worker(compiled, { name: 'millrace-look' })
  worker.unref()
  const timer = systemClock.schedule(systemClock.now() + limits.idleThreadMs, () => {
    thread = undefined
    void worker.terminate()
  }, { unref: true })
  thread = { worker, timer }
  return worker
}
