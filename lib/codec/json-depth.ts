/** How deep JSON text nests: what strangers send may be deeper than anything that has to walk over it later can bear. */

const quote = 0x22, backslash = 0x5c

/** True when `text` opens more than `depthMax` brackets within one another, outside strings. It need not be JSON at all. */
export function isDeeperThan(text: Uint8Array, depthMax: number): boolean {
  if (text.length <= depthMax) return false
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]
    if (isString) {
      if (byte === backslash) i++
      else if (byte === quote) isString = false
    } else if (byte === quote) {
      isString = true
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > depthMax) return true
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--
    }
  }
  return false
}
