/**
 * The text of one generated loop. A chain of narrow operators and, at its end, a sink or a `yield` become one
 * function
 *
 *   function (input, partition, sites, task, target) { ... }
 *
 * The text holds only what operators wrote: user functions and data are constants c0, c1, ... handed in
 * beside it. `at` holds which operator runs, so that an error names it; it costs a register.
 */
import type { Loop, SinkCode } from '../rdd/fragment'
import type { NarrowDefinition, SinkDefinition } from '../rdd/plan'

/** What a loop reads: the forms of `Input` that it can run over as they are. */
export type Flavor = 'array' | 'iterable' | 'chunks' | 'async' | 'asyncChunks'

export interface Fragment { readonly definition: NarrowDefinition, readonly args: unknown }

export interface LoopEnd { readonly sink: SinkDefinition, readonly args: unknown }

export interface LoopText { readonly text: string, readonly constants: readonly unknown[] }

class LoopBuilder implements Loop {
  readonly constants: unknown[] = []
  readonly declarations: string[] = []
  readonly partition = 'partition'
  private names = 0

  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `c${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  variable(hint: string): string { return `${hint}${this.names++}` }

  perPartition(declaration: string): void { this.declarations.push(declaration) }
}

/** Without an end the loop is a generator of what leaves the last operator. */
export function writeLoop(fragments: readonly Fragment[], flavor: Flavor, end: LoopEnd | undefined): LoopText {
  const builder = new LoopBuilder()
  const sink: SinkCode = end === undefined ? { each: value => `yield ${value}` } : end.sink.emit(builder, end.args)
  const write = (index: number, value: string): string => {
    if (index === fragments.length) return `at = ${index + 1}\n${sink.each(value)}`
    const { definition, args } = fragments[index]!
    // The iterable that flatMap reads may throw at its next element.
    const next = (result: string): string => `${write(index + 1, result)}${definition.readsOn ? `\nat = ${index + 1}` : ''}`
    return `at = ${index + 1}\n${definition.emit(builder, args, value, next)}`
  }
  const isArray = flavor === 'array'
  const body = overInput(flavor, value => `${write(0, value)}${isArray ? '' : '\nat = 0'}`)
  const isAsync = flavor === 'async' || flavor === 'asyncChunks'
  const text = `${isAsync ? 'async ' : ''}function${end === undefined ? '*' : ''} millraceLoop(input, partition, sites, task, target) {
let at = 0
try {
${builder.declarations.join('\n')}
at = ${fragments.length + 1}
${sink.before ?? ''}
at = 0
${body}
at = ${fragments.length + 1}
${sink.after ?? ''}
} catch (error) { throw locate(error, sites, at) }
}`
  return { text, constants: builder.constants }
}

/** Every so many elements the task gives a sign of life and looks whether it is still wanted. */
const beat = (counter: string): string => `if ((${counter} & 1023) === 1023) task.beat()`

function overInput(flavor: Flavor, body: (value: string) => string): string {
  switch (flavor) {
    case 'array': return `source: ${overArray('input', body)}`
    case 'iterable': return overValues('for', body)
    case 'async': return overValues('for await', body)
    case 'chunks': return overChunks('for', body)
    case 'asyncChunks': return overChunks('for await', body)
  }
}

function overValues(keyword: string, body: (value: string) => string): string {
  return `let beats = 0\nsource: ${keyword} (const value of input) {\n${beat('beats++')}\n${body('value')}\n}`
}

function overChunks(keyword: string, body: (value: string) => string): string {
  return `source: ${keyword} (const chunk of input) ${overArray('chunk', body)}`
}

/** In runs of a thousand: the inner loop has nothing in it but the operators. */
function overArray(array: string, body: (value: string) => string): string {
  return `for (let from = 0; from < ${array}.length; from += 1024) {
task.beat()
const until = Math.min(from + 1024, ${array}.length)
for (let i = from; i < until; i++) {
const value = ${array}[i]\n${body('value')}\n}\n}`
}
