/** Gives every object that was made its content: elements, properties, attributes, variables; freezes last. */
import type { Workshop } from './create'
import type { CodeRecord, Members, NodeRecord, OddProperty, Slot } from './records'

export function fillObject(workshop: Workshop, node: NodeRecord, index: number): void {
  const made = workshop.made[index]
  switch (node[0]) {
    case 'object': return fillPlain(workshop, made, node[1])
    case 'array': fillArray(workshop, made, node[1], node[2]); break
    case 'map': fillMap(workshop, made, node[1]); break
    case 'set': for (const slot of node[1]) made.add(workshop.value(slot)); break
    case 'error': fillStack(workshop, made, node[1]); break
    case 'function': case 'class': bindVariables(workshop, node[1], index)
  }
  fillMembers(workshop, made, membersOf(node))
}

function fillArray(workshop: Workshop, made: unknown[], length: number, slots: 0 | readonly Slot[]): void {
  if (slots === 0) made.length = length
  else for (const slot of slots) made.push(workshop.value(slot))
}

function fillMap(workshop: Workshop, made: Map<unknown, unknown>, entries: readonly Slot[]): void {
  for (let at = 0; at < entries.length; at += 2) made.set(workshop.value(entries[at]), workshop.value(entries[at + 1]))
}

function fillStack(workshop: Workshop, made: Error, stack: Slot): void {
  if (stack === undefined) delete made.stack
  else define(made, 'stack', workshop.value(stack), false)
}

/** Freezing waits until everything else is in place. */
export function closeObject(workshop: Workshop, node: NodeRecord, index: number): void {
  const members = membersOf(node)
  if (members === 0 || members[4] === 0) return
  const close = [undefined, Object.preventExtensions, Object.seal, Object.freeze][members[4]]!
  close(workshop.made[index])
}

function membersOf(node: NodeRecord): Members {
  switch (node[0]) {
    case 'object': return node[1]
    case 'map': case 'set': case 'date': case 'boxed': case 'error': return node[2]
    case 'function': case 'class': case 'prototype': return node[2]
    case 'array': case 'regexp': return node[3]
    case 'bound': return node[4]
    case 'view': return node[5]
    default: return 0
  }
}

// Assignment is faster than definition, and does the same where no prototype has a setter of that name.
function fillPlain(workshop: Workshop, made: any, members: Members): void {
  if (members === 0) return
  const [prototype, keys, slots, odd] = members
  if (prototype === undefined) for (let at = 0; at < keys.length; at++) made[keys[at]!] = workshop.value(slots[at])
  else defineAll(workshop, made, keys, slots)
  if (odd !== 0) for (const property of odd) defineOdd(workshop, made, property)
}

function fillMembers(workshop: Workshop, made: any, members: Members): void {
  if (members === 0) return
  const [prototype, keys, slots, odd] = members
  if (prototype !== undefined) Object.setPrototypeOf(made, workshop.value(prototype))
  defineAll(workshop, made, keys, slots)
  if (odd !== 0) for (const property of odd) defineOdd(workshop, made, property)
}

function defineAll(workshop: Workshop, made: any, keys: readonly string[], slots: readonly Slot[]): void {
  for (let at = 0; at < keys.length; at++) {
    define(made, keys[at]!, workshop.value(slots[at]), true)
  }
}

function define(made: any, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(made, key, { value, writable: true, enumerable, configurable: true })
}

function defineOdd(workshop: Workshop, made: any, property: OddProperty): void {
  const [key, flags] = property
  const attributes = { enumerable: (flags & 2) !== 0, configurable: (flags & 4) !== 0 }
  const content = property.length === 4 ? { get: workshop.value(property[2]), set: workshop.value(property[3]) }
    : { value: workshop.value(property[2]), writable: (flags & 1) !== 0 }
  Object.defineProperty(made, workshop.value(key), { ...attributes, ...content })
}

function bindVariables(workshop: Workshop, code: CodeRecord, index: number): void {
  const values = code.slots.map(slot => workshop.value(slot))
  workshop.compiled.get(index)!.bind(values)
  code.cells?.forEach((cell, at) => { if (cell !== -1) workshop.cells[cell]!.value = values[at] })
}
