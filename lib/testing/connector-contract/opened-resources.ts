/** What is opened while something runs and would keep the process alive: sockets, servers, timers, processes, each with where it was opened. */
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { systemClock } from '../../base/clock'
import { broken, isPausing, pause } from './contract-case'

interface Resource { readonly kind: string, readonly resource: { hasRef?(): boolean }, readonly at: string }

const kinds = new Set([
  'Timeout', 'TCPWRAP', 'TCPSERVERWRAP', 'PIPEWRAP', 'PIPESERVERWRAP', 'UDPWRAP', 'PROCESSWRAP', 'FSEVENTWRAP', 'STATWATCHER', 'WORKER', 'HTTP2SESSION',
])
const stackDepth = 30
const shownFrames = 3

/** Whose doing it is that something is opened. */
const opener = new AsyncLocalStorage<'watched' | 'place'>()

/** What `f` opens is the place's own, and stays for as long as it likes. */
export function byPlace<R>(f: () => R): R { return opener.run('place', f) }

export class OpenedResources {
  private readonly open = new Map<number, Resource>()

  private constructor() {}

  /** Runs `f`, which is told what has been opened since. */
  static async watch(f: (opened: OpenedResources) => Promise<void>): Promise<void> {
    const opened = new OpenedResources()
    const hook = createHook({
      init(id, kind, _trigger, resource) {
        if (kinds.has(kind) && opener.getStore() === 'watched' && !isPausing()) opened.open.set(id, { kind, resource, at: callers() })
      },
      destroy(id) { opened.open.delete(id) },
    }).enable()
    try { await opener.run('watched', () => f(opened)) } finally { hook.disable() }
  }

  /** Rejects when something is open after a while, with where it was opened. */
  async requireClosed(deadlineMs: number): Promise<void> {
    const endMs = systemClock.now() + deadlineMs
    for (;;) {
      // A timer that has just run counts as open until its turn is over.
      await new Promise(resolve => setImmediate(resolve))
      const left = [...this.open.values()].filter(({ resource }) => resource.hasRef?.() !== false)
      if (left.length === 0) return
      if (systemClock.now() > endMs) {
        broken(`after stop there is left: ${left.map(({ kind, at }) => `${kind}, opened ${at}`).join('; ')}`, 'What start opens, stop closes.')
      }
      await pause(20)
    }
  }
}

/** The innermost frames of the stack that are no part of Node. */
function callers(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = stackDepth
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = stackTraceLimit
  const frames = stack.split('\n').slice(3).map(frame => frame.trim()).filter(frame => !frame.includes('node:'))
  return frames.length === 0 ? 'by Node' : frames.slice(0, shownFrames).join(' ')
}
