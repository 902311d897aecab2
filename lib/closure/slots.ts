/** Which other records each record names, in one order everywhere; what follows the records depends on it. */
import type { CodeRecord, Members, NodeRecord, OddProperty, Slot } from './records'

type Change = (slot: Slot) => Slot

/** The record with each of its slots changed. */
export function mapSlots(node: NodeRecord, change: Change): NodeRecord {
  const all = (slots: readonly Slot[]): Slot[] => slots.map(change)
  switch (node[0]) {
    case 'object': return ['object', mapMembers(node[1], change)]
    case 'array': return ['array', node[1], node[2] === 0 ? 0 : all(node[2]), mapMembers(node[3], change)]
    case 'map': case 'set': return [node[0], all(node[1]), mapMembers(node[2], change)]
    case 'date': return ['date', node[1], mapMembers(node[2], change)]
    case 'regexp': return ['regexp', node[1], node[2], mapMembers(node[3], change)]
    case 'boxed': return ['boxed', node[1], mapMembers(node[2], change)]
    case 'error': case 'prototype': return [node[0], change(node[1]), mapMembers(node[2], change)]
    case 'view': return ['view', node[1], change(node[2]), node[3], node[4], mapMembers(node[5], change)]
    case 'arguments': return ['arguments', all(node[1])]
    case 'function': case 'class': return [node[0], mapCode(node[1], change), mapMembers(node[2], change)]
    case 'bound': return ['bound', change(node[1]), change(node[2]), all(node[3]), mapMembers(node[4], change)]
    default: return node
  }
}

/** The records that can be reached from one, itself first. */
export function reachableFrom(nodes: readonly NodeRecord[], start: number): number[] {
  const found = new Set([start])
  // A set is walked in the order of insertion, also over what is added meanwhile.
  for (const index of found) {
    mapSlots(nodes[index]!, slot => {
      if (typeof slot === 'object' && slot !== null) found.add(slot[0])
      return slot
    })
  }
  return [...found]
}

function mapCode(code: CodeRecord, change: Change): CodeRecord {
  return { ...code, slots: code.slots.map(change), outer: code.outer && [change(code.outer[0]), change(code.outer[1])] }
}

function mapMembers(members: Members, change: Change): Members {
  if (members === 0) return 0
  const [prototype, keys, slots, odd, integrity] = members
  const changed = odd === 0 ? 0 : odd.map((property): OddProperty => {
    const [key, flags, ...values] = property
    return [change(key), flags, ...values.map(change)] as unknown as OddProperty
  })
  return [prototype === undefined ? undefined : change(prototype), keys, slots.map(change), changed, integrity]
}
