/** One line at the bottom of a terminal that is written over batch by batch. */
import type { Progress } from './follow'

export interface StatusLine {
  show(text: string): void
  clear(): void
}

export function statusLine(terminal: NodeJS.WriteStream): StatusLine {
  return {
    show(text) { terminal.write(`\r\u001b[K${text.slice(0, Math.max(20, (terminal.columns ?? 80) - 1))}`) },
    clear() { terminal.write('\r\u001b[K') },
  }
}

/** `12,345 records in 320 of 1,000 ms, waited 2 ms, keeping up`. */
export function statusText({ inputRecords, processingMs, intervalMs, schedulingDelayMs }: Progress): string {
  const behind = schedulingDelayMs < intervalMs ? 'keeping up' : `${(schedulingDelayMs / 1_000).toFixed(1)} s behind`
  const number = (value: number): string => value.toLocaleString('en-US')
  return `${number(inputRecords)} records in ${number(processingMs)} of ${number(intervalMs)} ms, `
    + `waited ${number(schedulingDelayMs)} ms, ${behind}`
}
