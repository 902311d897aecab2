/** Waiting that ends: for everything that a stop waits for and that may never come. */
import { systemClock } from '../base/clock'

/**
 * True when `work` ends within `ms` of real time; false when it does not, and then it is no longer waited
 * for.
 */
export async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timeIsUp!: (value: boolean) => void
  const timer = systemClock.schedule(systemClock.now() + ms, () => timeIsUp(false))
  try {
    return await Promise.race([work.then(() => true), new Promise<boolean>(resolve => { timeIsUp = resolve })])
  } finally {
    timer.cancel()
  }
}
