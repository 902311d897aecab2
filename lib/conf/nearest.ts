/**
 * The known name that a misspelt one probably means, by edit distance with neighbours swapped.
 */

/**
 * The name nearest to `name`; undefined when none is near enough to be what was meant: one edit for every
 * five letters of what distinguishes it, but at least two.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of names) {
    const lower = candidate.toLowerCase()
    if (Math.abs(lower.length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted, lower)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  const letters = name.replace(/^(spark|millrace)\./, '').length
  return bestDistance <= Math.max(2, Math.floor(letters / 5)) ? best : undefined
}

/** How many letters must be put in, left out, changed or swapped with their neighbour to make `b` of `a`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? beforeLast[j - 2]! + 1 : Infinity
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, changed, swapped))
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
