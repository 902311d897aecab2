/** Figures of checkpoints as people read them. */
import { inspect } from 'node:util'

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  if (count < 2 ** 20) return `${(count / 1024).toFixed(1)} KB`
  return count < 2 ** 30 ? `${(count / 2 ** 20).toFixed(1)} MB` : `${(count / 2 ** 30).toFixed(1)} GB`
}

export function batch(timeMs: number | undefined): string {
  return timeMs === undefined ? 'none' : `${timeMs} ms (${new Date(timeMs).toISOString()})`
}

export function value(any: unknown): string { return inspect(any, { depth: 4, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 200 }) }

/** Columns of equal width; the last may be as long as it likes. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).map(line => `${line}\n`).join('')
}
