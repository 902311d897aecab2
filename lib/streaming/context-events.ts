/** The events of a context as an Observable. */
import type { Observable } from 'rxjs'
import { rxjs } from '../base/rxjs'
import type { StreamingEvent } from './events'
import { StreamingContext } from './streaming-context'

declare module './streaming-context' {
  interface StreamingContext {
    /**
     * The events of this stream as an rxjs Observable, from the moment of subscribing; it completes when the
     * stream stops.
     */
    readonly events$: Observable<StreamingEvent>
  }
}

Object.defineProperty(StreamingContext.prototype, 'events$', {
  get(this: StreamingContext): Observable<StreamingEvent> {
    return new (rxjs().Observable)<StreamingEvent>(subscriber => {
      if (this.getState() === 'STOPPED') return subscriber.complete()
      const unsubscribe = this.events.subscribe(event => subscriber.next(event))
      const complete = (): void => subscriber.complete()
      this.whenStopped.add(complete)
      return () => {
        unsubscribe()
        this.whenStopped.delete(complete)
      }
    })
  },
})
