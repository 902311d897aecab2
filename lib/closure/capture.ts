/**
 * Captures a user's function where an operator is called: its source and what it captures, by value at that moment, as
 * bytes that another thread or another host can rebuild it from. What cannot travel is refused here, at the user's line.
 */
import * as v8 from 'node:v8'
import { TaskNotSerializableError } from '../base/errors'
import { shareVariables } from './cells'
import { checkOrder } from './creation-order'
import { encodeValue } from './encode'
import { indexLoadedModules } from './exports'
import { Graph } from './graph'
import { mainFolder } from './module-names'
import { version } from './records'
import { Refusal } from './refuse'
import { sharedClasses } from './shared-classes'

export interface CapturedFunction {
  /** Everything that `rebuildFunction` needs, and nothing of this process. */
  readonly bytes: Uint8Array
}

export interface CaptureOptions {
  readonly operator: string
  /** The user's line that called the operator, as `app.ts:12`. */
  readonly at: string
}

/**
 * Captures a function with the values that its free variables have now.
 * @example
 * ```
 * const factor = 3
 * const { bytes } = captureFunction((n: number) => n * factor, { operator: 'map', at: 'app.ts:2' })
 * rebuildFunction(bytes)(14) // 42
 * ```
 * @throws TaskNotSerializableError when the function, or something that it captures, cannot travel
 */
export function captureFunction(f: Function, options: CaptureOptions): CapturedFunction {
  const graph = new Graph(encodeValue, options.at)
  try {
    indexLoadedModules()
    const root = graph.variable(f, '')
    graph.run()
    shareVariables(graph)
    checkOrder(graph)
    return { bytes: v8.serialize([version, mainFolder(), root, graph.nodes, sharedClasses(graph)]) }
  } catch (error) {
    if (error instanceof Refusal) throw notSerializable(f, options, graph, error)
    throw error
  }
}

function notSerializable(f: Function, options: CaptureOptions, graph: Graph, refusal: Refusal): TaskNotSerializableError {
  const { operator, at } = options
  const site = at.startsWith(`${operator} at `) ? at : `${operator} at ${at}`
  const { name, path } = graph.trail()
  const subject = name === '' ? `the function given to ${site} is ${refusal.what}`
    : `${name} (${refusal.what}), captured by the function given to ${site}`
  const lines = [`Task not serializable: ${subject}`]
  if (path !== name) lines.push(`  path: ${path}`)
  const code = firstLine(f)
  if (code !== '') lines.push(`  code: ${code}`)
  return new TaskNotSerializableError(lines.join('\n'), { at: site, hint: refusal.advice })
}

const codeLengthMax = 100

function firstLine(f: Function): string {
  let text = ''
  // A proxy of a function has no source.
  try { text = Function.prototype.toString.call(f) } catch { return '' }
  const line = text.split('\n', 1)[0]!.trim()
  return line.length > codeLengthMax ? `${line.slice(0, codeLengthMax)}...` : line
}
