/**
 * What functions refer to by number instead of carrying it: broadcast values, which each thread gets once, and
 * accumulators, whose updates come back with each task. Both make themselves known here when they are made.
 */
import { onSharedVariable, type SharedVariable } from '../../rdd/shared-variables'
import type { ToThread } from './protocol'
import type { Capturer } from '../../rdd/travel'
import type { Thread } from './thread'

export class TravellingValues {
  private readonly variables = new Map<string, SharedVariable>()
  private readonly encoded = new Map<string, Uint8Array>()
  readonly forget: () => void

  constructor(private readonly capture: Capturer) {
    this.forget = onSharedVariable(variable => { this.variables.set(`${variable.kind}:${variable.id}`, variable) })
  }

  /** Sends what the thread does not have yet. */
  sendTo(thread: Thread): void {
    if (thread.values.size >= this.variables.size) return
    const values: [string, number, Uint8Array][] = []
    for (const [key, variable] of this.variables) {
      if (thread.values.has(key)) continue
      thread.values.add(key)
      values.push([variable.kind, variable.id, this.bytesOf(key, variable)])
    }
    thread.post({ type: 'values', values } satisfies ToThread)
  }

  private bytesOf(key: string, variable: SharedVariable): Uint8Array {
    let bytes = this.encoded.get(key)
    if (bytes === undefined) {
      // As a function that returns it: so its classes travel with it.
      const value = variable.travellingValue()
      this.encoded.set(key, bytes = this.capture(() => value, variable.kind, `${variable.kind} ${variable.id}`))
    }
    return bytes
  }

  merge(accumulatorId: number, update: unknown): void {
    (this.variables.get(`accumulator:${accumulatorId}`) as unknown as { mergeUpdate(update: unknown): void } | undefined)?.mergeUpdate(update)
  }
}
