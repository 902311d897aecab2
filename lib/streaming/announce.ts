/**
 * Tells whoever watches this process that a stream has started: the command line that runs a program cannot know which
 * copy of the package the program imports, so the list of watchers is global.
 */
import type { StreamingContext } from './streaming-context'

type Watcher = (ssc: StreamingContext) => void

const key = Symbol.for('millrace.streamingWatchers')

function watchers(): Set<Watcher> {
  const place = globalThis as unknown as Record<symbol, Set<Watcher> | undefined>
  return place[key] ??= new Set()
}

/** Calls `watcher` with every context that starts from now on, until the returned function is called. */
export function onStreamingStart(watcher: Watcher): () => void {
  watchers().add(watcher)
  return () => { watchers().delete(watcher) }
}

export function announceStart(ssc: StreamingContext): void {
  for (const watcher of watchers()) watcher(ssc)
}
