/**
 * One line at the bottom of a terminal that is written over batch by batch. It gives way to whatever the
 * program itself writes, and comes back with the next batch.
 */
import type { Progress } from './progress'

export interface StatusLine {
  show(text: string): void
  clear(): void
}

const erase = '\r\u001b[K'
const columnsMin = 20

type Write = (...args: any[]) => boolean

/** A line on `terminal`; `others` are further streams that write to the same screen. */
export function statusLine(terminal: NodeJS.WriteStream, ...others: NodeJS.WriteStream[]): StatusLine {
  const write: Write = terminal.write.bind(terminal)
  let isShown = false
  let isAtLineStart = true
  const clear = (): void => {
    if (isShown) write(erase)
    isShown = false
  }
  for (const stream of [terminal, ...others.filter(other => other.isTTY)]) {
    const original: Write = stream.write.bind(stream)
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      clear()
      if (chunk.length > 0) isAtLineStart = chunk.at(-1) === '\n' || chunk.at(-1) === 10
      return original(chunk, ...rest)
    }) as typeof stream.write
  }
  return {
    show(text) {
      if (!isAtLineStart) return
      const columns = Math.max(columnsMin, (terminal.columns ?? 80) - 1)
      write(`${erase}${text.slice(0, columns)}`)
      isShown = true
    },
    clear,
  }
}

/** `12,345 records in 320 of 1,000 ms, waited 2 ms, keeping up`. */
export function statusText(progress: Progress): string {
  const { inputRecords, processingMs, intervalMs, schedulingDelayMs, failedOutputs } = progress
  const isBehind = schedulingDelayMs >= intervalMs
  const parts = [
    `${counted(inputRecords, 'record')} in ${number(processingMs)} of ${number(intervalMs)} ms`,
    `waited ${number(schedulingDelayMs)} ms`,
    isBehind ? `${(schedulingDelayMs / 1_000).toFixed(1)} s behind` : 'keeping up',
  ]
  if (failedOutputs > 0) parts.push(`${counted(failedOutputs, 'output')} failed`)
  return parts.join(', ')
}

function number(value: number): string { return value.toLocaleString('en-US') }

function counted(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`
}
