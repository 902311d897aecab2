/**
 * Writes a loop over the bytes of text for a chain whose every function is recognised and which ends in a count or in
 * numbers combined by key. No string is made before a result leaves. A block whose bytes the loop cannot stand for (not
 * well-formed UTF-8, not ASCII where ASCII is needed, with carriage returns) is left to `ordinary`.
 */
import type { Fragment, LoopEnd } from '../loop-builder'
import { readFunction } from './read-function'
import { applyFunction, applySplit, truthOf, type Scope } from './expression'
import { NotRecognised, type Pieces, type Virtual } from './virtual'

export interface ByteLoopText {
  readonly text: string
  readonly constants: readonly unknown[]
  readonly needsAscii: boolean
}

const lineFeed = 10
const noByte = -1

/** Where the line ends that begins at `start`. Short lines are the rule, and a native call takes as long as fifty bytes. */
function endOfLine(bytes: Buffer, start: number, length: number): number {
  const near = Math.min(start + 128, length)
  for (let i = start; i < near; i++) if (bytes[i] === lineFeed) return i
  if (near === length) return length
  const end = bytes.indexOf(lineFeed, near)
  return end < 0 ? length : end
}

export const hashSeed = 0x811c9dc5 | 0

class ByteLoopWriter implements Scope {
  readonly constants: unknown[] = []
  readonly declarations: string[] = []
  needsAscii = false
  private lines: string[] = []
  private usesTable = false
  private endsLines = false
  private names = 0

  constructor(private readonly fragments: readonly Fragment[], private readonly end: LoopEnd) {}

  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `c${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  variable(hint: string): string { return `${hint}${this.names++}` }
  statement(code: string): void { this.lines.push(code) }
  perPartition(code: string): void { this.declarations.push(code) }
  requireAscii(): void { this.needsAscii = true }

  write(): ByteLoopText {
    const line: Virtual = { kind: 'slice', bytes: 'bytes', start: 'lineStart', end: 'lineEnd' }
    const body = this.block(() => this.chain(0, line))
    const text = `function millraceByteLoop(bytes, start, length, table) {
let count = 0
${this.usesTable ? `const { slots, values, arena } = table, mask = slots.length - 4
const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), arenaWords = new DataView(arena.buffer), wordsEnd = bytes.length - 4` : ''}
${this.declarations.join('\n')}
let lineStart = start
while (lineStart < length) {
${this.endsLines ? 'let lineEnd = length' : `const lineEnd = ${this.constant(endOfLine)}(bytes, lineStart, length)`}
${body}
lineStart = lineEnd + 1
}
return count
}`
    return { text, constants: this.constants, needsAscii: this.needsAscii }
  }

  /** The statements that `f` adds, as one text. */
  private block(f: () => void): string {
    const before = this.lines
    this.lines = []
    f()
    const text = this.lines.join('\n')
    this.lines = before
    return text
  }

  private chain(index: number, value: Virtual): void {
    if (index === this.fragments.length) {
      this.finish(value)
      return
    }
    const { definition, args } = this.fragments[index]!
    const f = readFunction((args as { f?: Function } | null)?.f ?? fail) ?? fail()
    switch (definition.kind) {
      case 'map': return this.chain(index + 1, applyFunction(f, [value], this))
      case 'mapValues': {
        if (value.kind !== 'tuple' || value.items.length !== 2) return fail()
        return this.chain(index + 1, { kind: 'tuple', items: [value.items[0]!, applyFunction(f, [value.items[1]!], this)] })
      }
      case 'filter': {
        const condition = truthOf(applyFunction(f, [value], this))
        this.statement(`if (${condition}) {`)
        this.statement(this.block(() => this.chain(index + 1, value)))
        this.statement('}')
        return
      }
      case 'flatMap': return this.pieces(applySplit(f, value, this), index + 1)
      default: return fail()
    }
  }

  /**
   * Goes over the pieces of a slice, hashing each while its end is looked for. Where the slice is the line itself, the end
   * of the line is found on the way.
   */
  private pieces({ slice, separator }: Pieces, next: number): void {
    const [at, from, hash, byte] = ['at', 'from', 'hash', 'byte'].map(hint => this.variable(hint)) as [string, string, string, string]
    const piece: Virtual = { kind: 'slice', bytes: slice.bytes, start: from, end: at, hash }
    const isLine = next === 1 && slice.start === 'lineStart' && slice.end === 'lineEnd'
    this.endsLines = isLine
    this.statement(`for (let ${at} = ${slice.start}, ${from} = ${slice.start}, ${hash} = ${hashSeed}; ; ${at}++) {
let ${byte} = ${isLine ? lineFeed : noByte}
if (${at} < ${slice.end}) {
${byte} = ${slice.bytes}[${at}]
if (${byte} !== ${separator}${isLine ? ` && ${byte} !== ${lineFeed}` : ''}) {
${hash} = Math.imul(${hash} ^ ${byte}, 16777619)
continue
}
}`)
    this.statement(this.block(() => this.chain(next, piece)))
    this.statement(isLine
      ? `if (${byte} === ${lineFeed}) {\nlineEnd = ${at}\nbreak\n}`
      : `if (${byte} === ${noByte}) break`)
    this.statement(`${from} = ${at} + 1
${hash} = ${hashSeed}
}`)
  }

  private finish(value: Virtual): void {
    if (this.end.sink.kind === 'count') {
      this.statement('count++')
      return
    }
    if (this.end.sink.kind !== 'combine' || value.kind !== 'tuple' || value.items.length !== 2) return fail()
    const [key, amount] = value.items as [Virtual, Virtual]
    if (key.kind !== 'slice' || amount.kind !== 'number') return fail()
    const { mergeValue, create } = this.end.args as { mergeValue: Function, create: Function }
    const created = applyFunction(readFunction(create) ?? fail(), [amount], this)
    if (created.kind !== 'number' || created.code !== amount.code) return fail()
    const merged = applyFunction(readFunction(mergeValue) ?? fail(),
      [{ kind: 'number', code: 'values[id]' }, { kind: 'number', code: 'amount' }], this)
    if (merged.kind !== 'number') return fail()
    this.usesTable = true
    const hash = key.hash ?? `${this.constant(hashBytes)}(${key.bytes}, ${key.start}, ${key.end})`
    // The table's look-up, written out: called a hundred million times a second it must not be a call.
    this.statement(`{
const amount = ${amount.code}, hash = ${hash}, first = ${key.start}, size = ${key.end} - first
for (let slot = (hash ^ (hash >>> 15)) << 2 & mask; ; slot = slot + 4 & mask) {
const id = slots[slot] - 1
if (id < 0) {
values[table.add(${key.bytes}, first, size, hash, slot)] = amount
break
}
if (slots[slot + 1] !== hash || slots[slot + 3] !== size) continue
const from = slots[slot + 2]
let same = 0
${key.bytes === 'bytes' ? sameWords : ''}while (same < size && arena[from + same] === ${key.bytes}[first + same]) same++
if (same < size) continue
values[id] = ${merged.code}
break
}
}`)
  }
}

/**
 * Compares four bytes at a time, the last of them with what follows the token shifted out: half the time of a look-up goes
 * into this. Where the block ends too early for that, and for a token of no bytes, the bytes are compared one by one.
 */
const sameWords = `if (first + size <= wordsEnd && size > 0) {
while (same + 4 < size && arenaWords.getInt32(from + same, true) === words.getInt32(first + same, true)) same += 4
if (same + 4 >= size && (arenaWords.getInt32(from + same, true) ^ words.getInt32(first + same, true)) << (32 - ((size - same) << 3)) === 0) same = size
else continue
}
`

function fail(): never { throw new NotRecognised() }

/** The hash that the loop computes piece by piece, of a slice that is no piece. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashSeed
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 16777619)
  return hash
}

/** The loop, or undefined where something in the chain is not recognised. */
export function writeByteLoop(fragments: readonly Fragment[], end: LoopEnd): ByteLoopText | undefined {
  try {
    return new ByteLoopWriter(fragments, end).write()
  } catch (error) {
    if (error instanceof NotRecognised) return undefined
    throw error
  }
}
