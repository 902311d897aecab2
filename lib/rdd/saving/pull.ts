/**
 * Taking elements in pieces inside an asynchronous task. The user's functions run while elements are taken,
 * so each piece is taken as the running task: accumulators and TaskContext.get() mean the same as in a loop.
 */
import type { TaskContext } from '../task-context'

/**
 * Gives every element to `take`, and awaits `flush` whenever `take` says that it holds enough, and once at
 * the end. The event loop is free while `flush` waits.
 */
export async function pullPieces<T>(
  task: TaskContext, values: Iterable<T>, take: (value: T) => boolean, flush: () => Promise<void>,
): Promise<void> {
  const iterator = values[Symbol.iterator]()
  let isDone = false
  const piece = (): void => {
    for (;;) {
      const next = iterator.next()
      if (next.done === true) {
        isDone = true
        return
      }
      if (take(next.value)) return
    }
  }
  try {
    while (!isDone) {
      task.runSync(piece)
      await flush()
    }
  } finally {
    if (!isDone) iterator.return?.()
  }
}
