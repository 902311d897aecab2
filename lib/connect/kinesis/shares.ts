/** How a batch that may not have all divides what it may have among those that wait: evenly, and none gets more than it has. */

export function fairShares(waiting: readonly number[], most: number): number[] {
  const shares = waiting.map(() => 0)
  const order = waiting.map((_, i) => i).filter(i => waiting[i]! > 0).sort((a, b) => waiting[a]! - waiting[b]!)
  let left = most
  order.forEach((index, i) => {
    shares[index] = Math.min(waiting[index]!, Math.ceil(left / (order.length - i)))
    left -= shares[index]
  })
  return shares
}
