/**
 * The event bus: the only way in which anything learns what the engine and the stream are doing. Events are
 * delivered in order and at once; a listener that throws is reported and never disturbs the poster or the
 * other listeners.
 */
import type { Observable, Subject } from 'rxjs'
import { logFor } from '../base/log'
import { rxjs } from '../base/rxjs'

const log = logFor('EventBus')

export class EventBus<E> {
  private readonly listeners = new Set<(event: E) => void>()
  private subject: Subject<E> | undefined
  private depth = 0

  /** Calls `listener` with every later event until the returned function is called. */
  subscribe(listener: (event: E) => void): () => void {
    this.listeners.add(listener)
    return () => { this.listeners.delete(listener) }
  }

  post(event: E): void {
    if (this.listeners.size === 0) return
    this.depth++
    for (const listener of this.listeners) {
      try {
        listener(event)
      } catch (error) {
        log.error(`a listener threw: ${(error as Error)?.stack ?? String(error)}`)
      }
    }
    this.depth--
  }

  /** True while a listener runs: what a listener must not do (stop its context) is refused by this. */
  get isDelivering(): boolean { return this.depth > 0 }

  get hasListeners(): boolean { return this.listeners.size > 0 }

  /** The same events as an rxjs Observable. */
  get events$(): Observable<E> {
    if (this.subject === undefined) {
      const subject = new (rxjs().Subject)<E>()
      this.subject = subject
      this.subscribe(event => subject.next(event))
    }
    return this.subject.asObservable()
  }
}
