/** What one version changed: the entries as they were before, each once, in the order of their first change. */

/** In the place of a value: there was no entry. */
export const absent = Symbol.for('millrace.absent')

export class UndoLog {
  readonly slots: number[] = []
  /** The key that was changed: it stood in the slot before the change, or stands there after it. */
  readonly keys: unknown[] = []
  /** The value before; `absent` where there was no entry. */
  readonly values: unknown[] = []
  readonly times: number[] = []
  /** What the update returned, for readers. */
  output: readonly unknown[] = []

  constructor(readonly version: number, readonly previous: number | undefined) {}

  add(slot: number, key: unknown, value: unknown, time: number): void {
    this.slots.push(slot)
    this.keys.push(key)
    this.values.push(value)
    this.times.push(time)
  }
}
