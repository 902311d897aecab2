/**
 * Looks at the running tasks now and then: a thread that gives no sign of life for too long is ended, and a task that takes
 * much longer than its finished siblings gets a copy on an idle thread, the first of the two to finish wins.
 */
import type { Clock, Timer } from '../../base/clock'
import type { Thread } from './thread'
import type { StageTask } from './thread-stage'

export interface WatchSettings {
  /** millrace.thread.heartbeatTimeout. */
  readonly heartbeatTimeoutMs: number
  /** spark.speculation, .interval, .multiplier, .quantile; undefined: slow tasks are left alone. */
  readonly speculation: { readonly intervalMs: number, readonly multiplier: number, readonly quantile: number } | undefined
}

export interface Watched {
  readonly thread: Thread
  readonly task: StageTask
  /** It can run where it is only: a copy would wait for it. */
  readonly isPinned: boolean
  readonly startMs: number
  beats: number
  beatMs: number
}

/** A copy is not worth its while for tasks shorter than this. */
const speculativeMsMin = 100

export class Watch {
  private timer: Timer | undefined
  private readonly intervalMs: number

  constructor(
    private readonly clock: Clock, private readonly settings: WatchSettings, private readonly running: () => Iterable<Watched>,
    private readonly copy: (task: StageTask) => void,
  ) {
    const { heartbeatTimeoutMs, speculation } = settings
    this.intervalMs = Math.max(10, Math.min(1_000, heartbeatTimeoutMs / 4, speculation?.intervalMs ?? Infinity))
  }

  /** Begins to look, as long as anything runs. */
  start(): void {
    this.timer ??= this.clock.schedule(this.clock.now() + this.intervalMs, () => {
      this.timer = undefined
      const now = this.clock.now()
      let any = false
      for (const watched of [...this.running()]) {
        any = true
        if (!this.endIfHanging(watched, now)) this.copyIfSlow(watched, now)
      }
      if (any) this.start()
    }, { unref: true })
  }

  stop(): void { this.timer?.cancel() }

  private endIfHanging(watched: Watched, now: number): boolean {
    const { beats } = watched.thread.pulse
    if (beats !== watched.beats) {
      watched.beats = beats
      watched.beatMs = now
    }
    const silentMs = now - watched.beatMs
    if (silentMs < this.settings.heartbeatTimeoutMs) return false
    watched.thread.kill(`it gave no sign of life for ${silentMs} ms (millrace.thread.heartbeatTimeout)`)
    return true
  }

  private copyIfSlow({ task, isPinned, startMs }: Watched, now: number): void {
    const { speculation } = this.settings
    if (speculation === undefined || isPinned || task.isCopied || task.stage.isOver) return
    const { durationsMs, work } = task.stage
    if (durationsMs.length < Math.max(1, Math.floor(speculation.quantile * work.partitions.length))) return
    const sorted = [...durationsMs].sort((a, b) => a - b)
    const medianMs = sorted[sorted.length >> 1]!
    if (now - startMs < Math.max(medianMs * speculation.multiplier, speculativeMsMin)) return
    task.isCopied = true
    this.copy(task)
  }
}
