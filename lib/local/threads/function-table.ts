/**
 * The functions that threads know, by number. A function travels to a thread once; functions that were captured with
 * the same values from the same source are one. When the driver forgets a function, so do the threads.
 */
import { createHash } from 'node:crypto'
import { capturedOf, type Capturer } from '../../rdd/travel'

interface Entry { readonly id: number, readonly bytes: Uint8Array, holders: number }

export class FunctionTable {
  private readonly ids = new WeakMap<object, number>()
  private readonly entries = new Map<number, Entry>()
  private readonly byContent = new Map<string, number>()
  private nextId = 0
  private readonly gone = new FinalizationRegistry<number>(id => this.release(id))

  constructor(private readonly capture: Capturer, private readonly onForget: (id: number) => void) {}

  /** The number of a function, captured now unless the operator that it was given to has captured it. */
  idOf(f: Function, operator: string, at: string): number {
    return this.ids.get(f) ?? this.add(f, capturedOf(f)?.bytes ?? this.capture(f, operator, at))
  }

  /** The number of a function that returns `value`: how values with behaviour travel. */
  idOfValue(value: object, operator: string, at: string): number {
    return this.ids.get(value) ?? this.add(value, this.capture(() => value, operator, at))
  }

  private add(holder: object, bytes: Uint8Array): number {
    const content = createHash('sha1').update(bytes).digest('base64')
    let id = this.byContent.get(content)
    if (id === undefined) {
      id = this.nextId++
      this.byContent.set(content, id)
      this.entries.set(id, { id, bytes, holders: 0 })
    }
    this.entries.get(id)!.holders++
    this.ids.set(holder, id)
    this.gone.register(holder, id)
    return id
  }

  private release(id: number): void {
    const entry = this.entries.get(id)
    if (entry === undefined || --entry.holders > 0) return
    this.entries.delete(id)
    for (const [content, known] of this.byContent) if (known === id) this.byContent.delete(content)
    this.onForget(id)
  }

  bytesOf(id: number): Uint8Array { return this.entries.get(id)!.bytes }
}
