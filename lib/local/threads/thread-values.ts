/** A thread's copies of the shared variables that functions refer to, made when a function first asks. */
import { SparkError } from '../../base/errors'
import { rebuildFunction } from '../../closure/rebuild'
import { rebuildSharedVariable } from '../../rdd/shared-variables'

export class ThreadValues {
  private readonly bytes = new Map<string, Uint8Array>()
  private readonly copies = new Map<string, object>()

  put(kind: string, id: number, bytes: Uint8Array): void { this.bytes.set(`${kind}:${id}`, bytes) }

  resolve(kind: string, id: number): object {
    const key = `${kind}:${id}`
    let copy = this.copies.get(key)
    if (copy === undefined) {
      const bytes = this.bytes.get(key)
      if (bytes === undefined) throw new SparkError(`the ${kind} ${id} was not sent to this thread`)
      this.copies.set(key, copy = rebuildSharedVariable(kind, id, rebuildFunction(bytes)()))
      this.bytes.delete(key)
    }
    return copy
  }
}
