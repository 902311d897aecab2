/**
 * Rebuilds a captured function in another thread, process or host. Nothing of the driver is needed but the user's
 * modules, which are loaded here once, and what travels by reference, which the environment knows.
 */
import * as v8 from 'node:v8'
import { MillraceError } from '../base/errors'
import { createObject, type Workshop } from './create'
import { creationOrder } from './creation-order'
import { closeObject, fillObject } from './fill'
import { version, type NodeRecord, type SharedClass, type Slot } from './records'
import { keepMade, takeKnown } from './shared-classes'

export interface RebuildEnvironment {
  /** What stands here for an object that travels by reference: a broadcast variable, an accumulator, SparkFiles. */
  resolve(kind: string, id: number): unknown
  /** The folder that stands for that of the program's main file, where modules are looked for. The driver's by default. */
  readonly mainFolder?: string
}

/**
 * The function whose bytes `captureFunction` gave, with everything that it captured.
 * @throws MillraceError when the bytes are of another version, or name a reference that nobody resolves
 */
export function rebuildFunction(bytes: Uint8Array, environment?: RebuildEnvironment): Function {
  const [found, folder, root, nodes, shared]: [number, string, Slot, NodeRecord[], SharedClass[]] = v8.deserialize(bytes)
  if (found !== version) {
    throw new MillraceError('MR_SPARK', `A captured function has version ${found}, but this is version ${version}`)
  }
  const made: unknown[] = []
  const workshop: Workshop = {
    folder: environment?.mainFolder ?? folder, made, compiled: new Map(), cells: [],
    resolve: (kind, id) => {
      if (environment === undefined) throw new MillraceError('MR_SPARK', `Nothing stands here for ${kind} ${id}`)
      return environment.resolve(kind, id)
    },
    value: slot => typeof slot === 'object' && slot !== null ? made[slot[0]] : slot,
  }
  const taken = takeKnown(nodes, shared, made)
  const order = creationOrder(nodes)!.filter(index => !taken.has(index))
  for (const index of order) made[index] = createObject(workshop, nodes[index]!, index)
  for (const index of order) fillObject(workshop, nodes[index]!, index)
  for (const index of order) closeObject(workshop, nodes[index]!, index)
  keepMade(nodes, shared, made, taken)
  return workshop.value(root)
}
