/**
 * Runs a chain over blocks of text on their bytes, where every function in it is recognised, and gives the same as the
 * ordinary loop. Compiled once a chain; what is not recognised is remembered too.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import type { CombiningMap } from '../../rdd/pairs/combining-map'
import type { Fragment, LoopEnd } from '../loop-builder'
import { chainKey } from '../compile'
import { writeByteLoop, type ByteLoopText } from './byte-loop'
import { TokenTable } from './token-table'

interface ByteLoop {
  readonly run: (bytes: Buffer, start: number, end: number, table: TokenTable) => number
  readonly needsAscii: boolean
}

const compiled = new Map<string, ByteLoop | null>()
const compiledMax = 1_000
/** Loops of one text with other constants. */
const alikeMax = 8

/** Distinct tokens of a partition that the table takes before the ordinary loop goes on. */
const tokensMax = 1_000_000

const carriageReturn = 13
const lineFeed = 10

function byteLoop(fragments: readonly Fragment[], end: LoopEnd): ByteLoop | undefined {
  if (end.sink.kind !== 'count' && end.sink.kind !== 'combine') return undefined
  if (end.sink.kind === 'count' && fragments.length === 0) return undefined
  const key = chainKey(fragments, 'text', end)
  let loop = compiled.get(key)
  if (loop === undefined) {
    loop = compile(fragments, end) ?? null
    if (compiled.size >= compiledMax) compiled.delete(compiled.keys().next().value!)
    compiled.set(key, loop)
  }
  return loop ?? undefined
}

let nextLoop = 0

/** By their text and constants: functions that are made anew each time, but say the same, share one loop, which is warm. */
const byText = new Map<string, { readonly constants: readonly unknown[], readonly loop: ByteLoop }[]>()

function compile(fragments: readonly Fragment[], end: LoopEnd): ByteLoop | undefined {
  const written = writeByteLoop(fragments, end)
  if (written === undefined) return undefined
  const alike = byText.get(written.text) ?? []
  const known = alike.find(({ constants }) => constants.length === written.constants.length && constants.every((each, i) => Object.is(each, written.constants[i])))
  if (known !== undefined) return known.loop
  const loop = make(written)
  if (byText.size >= compiledMax) byText.delete(byText.keys().next().value!)
  byText.set(written.text, [...alike.slice(1 - alikeMax), { constants: written.constants, loop }])
  return loop
}

function make(written: ByteLoopText): ByteLoop {
  const names = written.constants.map((_, index) => `c${index} = constants[${index}]`)
  const declaration = names.length === 0 ? '' : `const ${names.join(', ')}\n`
  const build = new Function('constants', `'use strict'\n${declaration}return ${written.text}\n//# sourceURL=millrace-bytes-${nextLoop++}`)
  return { run: build(written.constants), needsAscii: written.needsAscii }
}

/**
 * The result of the sink over all blocks, or undefined when the chain is not recognised. `ordinary` runs the ordinary
 * loop over one block; `target` is the sink's target.
 */
export function runOnBytes(
  fragments: readonly Fragment[], end: LoopEnd, blocks: readonly Uint8Array[], target: unknown, ordinary: (block: Uint8Array) => unknown,
): { readonly result: unknown } | undefined {
  const loop = byteLoop(fragments, end)
  if (loop === undefined) return undefined
  const isCount = end.sink.kind === 'count'
  const table = new TokenTable()
  let count = 0
  // Once a block has gone the ordinary way the rest does too, so that values are combined in the order in which they come.
  let isOrdinary = false
  const leave = (): void => {
    isOrdinary = true
    if (!isCount) handOver(table, target as CombiningMap)
  }
  for (const block of blocks) {
    if (!isOrdinary && (table.size >= tokensMax || !canStandFor(block, loop))) leave()
    if (isOrdinary) {
      const part = ordinary(block)
      if (isCount) count += part as number
    } else {
      count += runOnBlock(loop, asBuffer(block), table)
    }
  }
  if (!isOrdinary) leave()
  return { result: isCount ? count : undefined }
}

/** Bytes that the loop goes over in one call: it must know before a call how many tokens there can be. */
const segmentBytes = 1 << 16

function runOnBlock({ run }: ByteLoop, bytes: Buffer, table: TokenTable): number {
  let count = 0
  for (let start = 0; start < bytes.length;) {
    const lineEnd = bytes.indexOf(lineFeed, Math.min(start + segmentBytes, bytes.length))
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1
    // A token that is not empty takes a byte, and so does what separates it from the next.
    table.reserve((end - start >> 1) + 2, end - start)
    count += run(bytes, start, end, table)
    start = end
  }
  return count
}

function canStandFor(block: Uint8Array, { needsAscii }: ByteLoop): boolean {
  return (isAscii(block) || (!needsAscii && isUtf8(block))) && !asBuffer(block).includes(carriageReturn)
}

/** A view with the native searches. */
function asBuffer(block: Uint8Array): Buffer { return Buffer.from(block.buffer, block.byteOffset, block.byteLength) }

function handOver(table: TokenTable, target: CombiningMap): void {
  for (let id = 0; id < table.size; id++) {
    const text = table.text(id)
    target.simple.set(text, [text, table.values[id]])
  }
}
