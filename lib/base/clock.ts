/**
 * Time as an interface: the system's, and one that a test moves by hand. Nothing else in Millrace reads the
 * clock or sets a timer. Invariant: a timer runs once, never before its time, and never after it was
 * cancelled.
 */
import { IllegalArgumentError } from './errors'

export interface Timer {
  /** The timer will not run any more; without effect when it has run. */
  cancel(): void
}

export interface TimerOptions {
  /** The process may end although this timer waits. Default false. */
  readonly unref?: boolean
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /**
   * Runs `run` once, as soon as the clock shows `atMs` or later; a time that has passed means as soon as
   * possible, but never before this call returns. An error that leaves `run` is nobody's: catch it inside.
   */
  schedule(atMs: number, run: () => void | Promise<void>, options?: TimerOptions): Timer
}

/** A wall clock set back by less than this is held still instead, so that short corrections never show. */
const heldBackMsMax = 1_000

/** The wall clock of the machine. */
export class SystemClock implements Clock {
  private lastMs = 0

  /** @param waitMsMax longer waits are cut into these: setTimeout ends at 2^31 ms, and a clock may be set */
  constructor(private readonly waitMsMax = 60_000) {}

  now(): number {
    const ms = Date.now()
    if (ms < this.lastMs && this.lastMs - ms < heldBackMsMax) return this.lastMs
    this.lastMs = ms
    return ms
  }

  schedule(atMs: number, run: () => void | Promise<void>, options: TimerOptions = {}): Timer {
    requireInstant(atMs)
    let stop: () => void
    const wait = () => {
      const leftMs = atMs - this.now()
      if (leftMs <= 0) {
        // A timer costs a millisecond at least; who is late already must not become later still.
        const immediate = setImmediate(run)
        if (options.unref === true) immediate.unref()
        stop = () => clearImmediate(immediate)
        return
      }
      const timeout = setTimeout(check, Math.min(Math.ceil(leftMs), this.waitMsMax))
      if (options.unref === true) timeout.unref()
      stop = () => clearTimeout(timeout)
    }
    const check = () => {
      if (this.now() >= atMs) return run()
      wait()
    }
    wait()
    return { cancel: () => stop() }
  }
}

/** The one SystemClock of the process. */
export const systemClock: Clock = new SystemClock()

interface Waiting {
  readonly atMs: number
  readonly run: () => void | Promise<void>
}

/**
 * A clock that stands still until it is moved. Moving it runs the timers that become due, in the order of
 * their times (and of their creation, where times are equal), each with the clock at its own time, and waits
 * for what each returns before the next. Between two timers everything settles that only waits for other
 * promises. A timer must not wait for a move of its own clock: moves queue up, so that one would wait for
 * itself.
 * @example
 * ```ts
 * import { ManualClock } from 'millrace/testing'
 * const clock = new ManualClock()
 * clock.schedule(500, () => console.log('at', clock.now()))
 * void clock.advance(1000).then(() => console.log('at', clock.now())) // at 500, at 1000
 * ```
 */
export class ManualClock implements Clock {
  private readonly waiting: Waiting[] = []
  private nowMs: number
  private lastMove: Promise<void> = Promise.resolve()

  constructor(startMs = 0) {
    this.nowMs = requireInstant(startMs)
  }

  now(): number { return this.nowMs }

  schedule(atMs: number, run: () => void | Promise<void>, _options?: TimerOptions): Timer {
    const timer: Waiting = { atMs: requireInstant(atMs), run }
    this.waiting.splice(this.firstAfter(atMs), 0, timer)
    // Due already: it runs without being pushed, as it would on the system's clock.
    if (atMs <= this.nowMs) void this.advance(0)
    return {
      cancel: () => {
        const index = this.waiting.indexOf(timer)
        if (index >= 0) this.waiting.splice(index, 1)
      },
    }
  }

  /**
   * Moves the clock by `ms`, after the moves asked for before. Backwards it runs nothing.
   * @returns when every timer that became due has run
   * @throws (the Promise) the error of a timer, after the others have run; an AggregateError when there were
   *   several
   */
  advance(ms: number): Promise<void> {
    requireInstant(ms)
    return this.move(() => this.nowMs + ms)
  }

  /** Moves the clock to `ms` since 1970; else like `advance`. */
  set(ms: number): Promise<void> {
    requireInstant(ms)
    return this.move(() => ms)
  }

  private move(target: () => number): Promise<void> {
    const done = this.lastMove.then(() => this.moveTo(target()))
    this.lastMove = done.catch(() => {})
    return done.then() // A promise of its own, so that an error which nobody awaits is reported as unhandled.
  }

  private async moveTo(targetMs: number): Promise<void> {
    if (targetMs < this.nowMs) {
      this.nowMs = targetMs
      return
    }
    const errors: unknown[] = []
    await turnOfEventLoop()
    for (let next = this.waiting[0]; next !== undefined && next.atMs <= targetMs; next = this.waiting[0]) {
      this.waiting.shift()
      this.nowMs = Math.max(this.nowMs, next.atMs)
      try { await next.run() } catch (error) { errors.push(error) }
      await turnOfEventLoop()
    }
    this.nowMs = targetMs
    if (errors.length > 0) {
      if (errors.length === 1) throw errors[0]
      throw new AggregateError(errors, `${errors.length} timers of a ManualClock failed`)
    }
  }

  /** Where a timer for `atMs` belongs: behind all that are not later. */
  private firstAfter(atMs: number): number {
    let low = 0
    let high = this.waiting.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.waiting[middle]!.atMs <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Resolves when `clock` shows `ms` more than now. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  requireInstant(ms)
  return new Promise(resolve => { clock.schedule(clock.now() + ms, resolve) })
}

const nextTurn = setImmediate

/** Lets every promise settle that waits for nothing outside; also under a test runner's fake timers. */
function turnOfEventLoop(): Promise<void> { return new Promise(resolve => { nextTurn(resolve) }) }

function requireInstant(ms: unknown): number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms
  throw new IllegalArgumentError(`a clock needs a time in milliseconds, but got ${String(ms)}`)
}
