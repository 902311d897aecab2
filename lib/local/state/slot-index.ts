/**
 * Where the entry of a key is: key to slot. Several maps once there are many keys, for V8 copies a whole map when it
 * grows and stops at 2^24 entries; a key is in one of them.
 */
import { checkKey } from '../../base/keys'
import { KeyMap } from '../../base/key-map'
import { limits } from '../../base/limits'

export class SlotIndex {
  private readonly maps = [new KeyMap<unknown, number>()]

  constructor(private readonly entriesMax: number = limits.stateMapEntriesMax) {}

  /** The slot of `key`, or -1. */
  find(key: unknown): number {
    const { maps } = this
    for (let i = 0; i < maps.length; i++) {
      const slot = maps[i]!.get(key)
      if (slot !== undefined) return slot
    }
    return -1
  }

  /** Adds a key that is not there. Throws MR_KEY_REFUSED for what is none. */
  add(key: unknown, slot: number): void {
    checkKey(key, 'a stateful operator')
    let map = this.maps.find(({ size }) => size < this.entriesMax)
    if (map === undefined) this.maps.push(map = new KeyMap())
    map.set(key, slot)
  }

  delete(key: unknown): void {
    for (const map of this.maps) if (map.delete(key)) return
  }
}
