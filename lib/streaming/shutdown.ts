/**
 * What a signal does to a running stream: SIGINT or SIGTERM stops it, and the process then ends by itself,
 * with 0 unless the program says otherwise, or with 1 when the stream could not be stopped. A second signal
 * ends the process at once, with 130 or 143. A program with a handler of its own decides itself when it ends.
 */
import { systemClock } from '../base/clock'
import { limits } from '../base/limits'
import { logFor } from '../base/log'
import { errorText } from './error-text'

const log = logFor('StreamingContext')

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof exitCodes

/** Runs `stop` on the first SIGINT or SIGTERM. Returns what takes the handlers away again. */
export function onShutdownSignal(stop: () => Promise<void>): () => void {
  let signals = 0
  const handle = (signal: Signal): void => {
    if (++signals > 1) process.exit(exitCodes[signal])
    log.info(`${signal}: stopping the stream; once more ends the process at once`)
    const end = process.listenerCount(signal) > 1 ? (): void => {} : endSoon
    // Deferred, so that a handler of the program's own that stops the stream in its own way comes first.
    setImmediate(() => {
      stop().catch((error: unknown) => {
        log.error(`the stream could not be stopped: ${errorText(error)}`)
        process.exitCode = 1
      }).finally(end)
    })
  }
  const names = Object.keys(exitCodes) as Signal[]
  for (const name of names) process.on(name, handle)
  return () => { for (const name of names) process.off(name, handle) }
}

/**
 * The program may finish what it has to do; but a signal means an end, also when something keeps the process
 * alive.
 */
function endSoon(): void {
  systemClock.schedule(systemClock.now() + limits.exitAfterSignalMs, () => {
    log.warn(`the program has not ended within ${limits.exitAfterSignalMs} ms of its stream (exitAfterSignalMs); ending it`)
    process.exit()
  }, { unref: true })
}
