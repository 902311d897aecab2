/** The event bus: in order, at once, and no listener can disturb another. */
import { setLogger } from '../../lib/base/log'
import { EventBus } from '../../lib/events/bus'

describe('EventBus', () => {
  it('delivers every later event in order until the subscription ends', () => {
    const bus = new EventBus<number>()
    const seen: number[] = []
    bus.post(0)
    const end = bus.subscribe(event => { seen.push(event) })
    expect(bus.hasListeners).toBe(true)
    bus.post(1)
    bus.post(2)
    end()
    end()
    bus.post(3)
    expect(seen).toEqual([1, 2])
    expect(bus.hasListeners).toBe(false)
  })

  it('goes on when a listener throws', () => {
    const bus = new EventBus<number>()
    const seen: number[] = []
    const errors: string[] = []
    setLogger({ ...console, error: text => { errors.push(text) } })
    bus.subscribe(() => { throw new Error('bad listener') })
    bus.subscribe(event => { seen.push(event) })
    expect(() => bus.post(1)).not.toThrow()
    setLogger(undefined)
    expect(seen).toEqual([1])
    expect(errors).toEqual([expect.stringMatching(/a listener threw: Error: bad listener/)])
  })

  it('knows that it is delivering', () => {
    const bus = new EventBus<number>()
    const seen: boolean[] = []
    bus.subscribe(event => {
      seen.push(bus.isDelivering)
      if (event === 1) bus.post(2)
    })
    bus.post(1)
    expect(seen).toEqual([true, true])
    expect(bus.isDelivering).toBe(false)
  })

  it('is an Observable too', () => {
    const bus = new EventBus<number>()
    const seen: number[] = []
    const subscription = bus.events$.subscribe(event => { seen.push(event) })
    bus.post(1)
    subscription.unsubscribe()
    bus.post(2)
    expect(seen).toEqual([1])
  })
})
