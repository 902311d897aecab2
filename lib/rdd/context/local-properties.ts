/**
 * Properties that belong to a flow of the program and not to the whole context: the job group, the pool, the
 * batch a job belongs to. Spark keeps them by thread and lets child threads inherit them; here a flow is what
 * an async function and everything it awaits is, found through AsyncLocalStorage.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export type Properties = Readonly<Record<string, string>>

const none: Properties = Object.freeze(Object.create(null))

export class LocalProperties {
  private storage: AsyncLocalStorage<Properties> | undefined

  get current(): Properties { return this.storage?.getStore() ?? none }

  get(key: string): string | undefined { return this.current[key] }

  /** Sets (or with undefined removes) a property for the rest of the calling flow and what it starts. */
  set(key: string, value: string | null | undefined): void {
    const next: Record<string, string> = Object.assign(Object.create(null), this.current)
    if (value === null || value === undefined) delete next[key]
    else next[key] = value
    this.storage ??= new AsyncLocalStorage()
    this.storage.enterWith(next)
  }

  /** Runs `f` and all it awaits with exactly these properties. */
  run<R>(properties: Properties, f: () => R): R {
    this.storage ??= new AsyncLocalStorage()
    return this.storage.run(properties, f)
  }

  /** Forgets all of them. A storage in use costs every promise of the process time, long after its context has stopped. */
  end(): void { this.storage?.disable() }
}
