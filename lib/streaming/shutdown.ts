/** What a signal does to a running stream: the first stops it, the second ends the process at once. */

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** Runs `stop` on the first SIGINT or SIGTERM. Returns what takes the handlers away again. */
export function onShutdownSignal(stop: () => Promise<void>): () => void {
  let signals = 0
  const handle = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (signals++ > 0) process.exit(exitCodes[signal])
    stop().then(() => { if (signals > 0) process.exitCode ??= 0 }, () => process.exit(1))
  }
  const names = Object.keys(exitCodes) as ('SIGINT' | 'SIGTERM')[]
  for (const name of names) process.on(name, handle)
  return () => { for (const name of names) process.off(name, handle) }
}
