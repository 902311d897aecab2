/** Start values: copied deeply, whatever they hold, and never shared between two uses. */
import { runInNewContext } from 'node:vm'
import { KeyMap } from '../../lib/base/key-map'
import { copyValue, freshZero } from '../../lib/rdd/zero-value'

class Point {
  constructor(readonly x: number, readonly tags: string[]) {}
  get double(): number { return this.x * 2 }
}
class Secret {
  readonly #held: number[]
  constructor(held: number[]) { this.#held = held }
  copy(): Secret { return new Secret([...this.#held]) }
  get held(): number[] { return this.#held }
}

describe('freshZero', () => {
  it('gives primitives as they are and calls functions', () => {
    expect(freshZero(1)).toBe(1)
    expect(freshZero(undefined)).toBe(undefined)
    expect(freshZero(null)).toBe(null)
    const make = () => [] as number[]
    expect(freshZero(make)).toEqual([])
    expect(freshZero(make)).not.toBe(freshZero(make))
  })

  it('copies all that may be changed', () => {
    const zero = {
      list: [1, [2]], map: new Map([['a', [1]]]), set: new Set([1]), keyed: new KeyMap([[[1], { n: 1 }]]),
      at: new Date(5), bytes: Buffer.from([1]),
    }
    const copy = freshZero(zero)
    expect(copy).toEqual(zero)
    copy.list.push(3)
    copy.map.get('a')!.push(2)
    copy.set.add(2)
    copy.keyed.get([1])!.n = 2
    copy.at.setTime(6)
    copy.bytes[0] = 2
    expect(zero.list).toEqual([1, [2]])
    expect(zero.map.get('a')).toEqual([1])
    expect(zero.set.size).toBe(1)
    expect(zero.keyed.get([1])).toEqual({ n: 1 })
    expect(zero.at.getTime()).toBe(5)
    expect(zero.bytes[0]).toBe(1)
  })

  it('keeps classes, and asks those that copy themselves', () => {
    const point = new Point(2, ['a'])
    const copy = copyValue(point)
    expect(copy).toBeInstanceOf(Point)
    expect(copy.double).toBe(4)
    expect(copy.tags).not.toBe(point.tags)
    const secret = new Secret([1])
    expect(copyValue(secret).held).toEqual([1])
    expect(copyValue(secret).held).not.toBe(secret.held)
  })

  it('keeps cycles and shared parts', () => {
    const shared = [1]
    const value: any = { a: shared, b: shared, __proto__: null }
    value.self = value
    const copy = copyValue(value)
    expect(copy.self).toBe(copy)
    expect(copy.a).toBe(copy.b)
    expect(copy.a).not.toBe(shared)
    expect(Object.getPrototypeOf(copy)).toBe(null)
  })

  it('copies values of another realm', () => {
    const value = runInNewContext('({ list: [1], map: new Map([[1, [2]]]), at: new Date(1) })')
    const copy = copyValue(value)
    copy.list.push(2)
    copy.map.get(1).push(3)
    expect(value.list.length).toBe(1)
    expect(value.map.get(1).length).toBe(1)
  })
})
