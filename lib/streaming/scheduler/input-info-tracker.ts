/** What the inputs report of each batch while it is generated. */
import type { Time } from '../../base/time'
import type { StreamInputInfo } from './job'

export class InputInfoTracker {
  private timeMs: number | undefined
  private current = new Map<number, StreamInputInfo>()

  /** The batch at `time` is being generated from here on. */
  begin(time: Time): void {
    this.timeMs = time.milliseconds
    this.current = new Map()
  }

  /**
   * Reports of another time are no part of this batch: a window may compute what an input had at times
   * before.
   */
  report(info: StreamInputInfo, time?: Time): void {
    if (time === undefined || time.milliseconds === this.timeMs) this.current.set(info.inputStreamId, info)
  }

  take(): ReadonlyMap<number, StreamInputInfo> {
    const taken = this.current
    this.timeMs = undefined
    this.current = new Map()
    return taken
  }
}
