/**
 * The golden programs as anyone would compute them by hand, with arrays and Maps: what runs through crashes is compared
 * with. Batches count from 0; a result is a list of lines, sorted, or undefined where the program has no output then.
 */

/** In batches. */
export interface Lengths { readonly window: number, readonly slide: number, readonly joined: number, readonly timeout: number }

export type ProgramName = 'stateless' | 'windowWithInverse' | 'window' | 'updateState' | 'mapState' | 'join'

export const programNames: readonly ProgramName[] = ['stateless', 'windowWithInverse', 'window', 'updateState', 'mapState', 'join']

type Pair = readonly [key: string, value: number]
type Result = string[] | undefined

/** An element as a line. */
export const lineOf = (element: unknown): string => JSON.stringify(element)

const sorted = (elements: readonly unknown[]): string[] => elements.map(lineOf).sort()

function pairsOf(records: readonly string[]): Pair[] {
  return records.map(record => {
    const [, key, value] = record.split('|')
    return [key!, Number(value)]
  })
}

function reduced(pairs: readonly Pair[], f: (a: number, b: number) => number): Map<string, number> {
  const found = new Map<string, number>()
  for (const [key, value] of pairs) {
    const before = found.get(key)
    found.set(key, before === undefined ? value : f(before, value))
  }
  return found
}

const add = (a: number, b: number): number => a + b

const last = (batches: readonly Pair[][], end: number, length: number): Pair[] => batches.slice(Math.max(0, end - length), end).flat()

/** What each program gives for each batch. */
const results: Record<ProgramName, (batches: readonly Pair[][], lengths: Lengths) => Result[]> = {
  stateless: batches => batches.map(batch => sorted([...reduced(batch, add)])),
  windowWithInverse: (batches, { window, slide }) => {
    const known = new Set<string>()
    return batches.map((_, i) => {
      if ((i + 1) % slide !== 0) return undefined
      const sums = reduced(last(batches, i + 1, window), add)
      for (const key of sums.keys()) known.add(key)
      return sorted([...known].map(key => [key, sums.get(key) ?? 0]))
    })
  },
  window: (batches, { window, slide }) => batches.map((_, i) => (
    (i + 1) % slide === 0 ? sorted([...reduced(last(batches, i + 1, window), Math.max)]) : undefined
  )),
  updateState: batches => {
    const state = new Map<string, number>()
    return batches.map(batch => {
      const sums = reduced(batch, add)
      for (const key of new Set([...state.keys(), ...sums.keys()])) {
        const next = (state.get(key) ?? 0) + (sums.get(key) ?? 0)
        if (next % 7 === 3) state.delete(key)
        else state.set(key, next)
      }
      return sorted([...state])
    })
  },
  mapState: (batches, { timeout }) => {
    const state = new Map<string, { sum: number, touched: number }>()
    return batches.map((batch, i) => {
      const out: unknown[] = []
      for (const [key, value] of batch) {
        const before = state.get(key)?.sum
        if (value === 0) {
          state.delete(key)
          out.push(['gone', key, before ?? null])
          continue
        }
        const sum = (before ?? 0) + value
        state.set(key, { sum, touched: i })
        out.push(['sum', key, sum])
      }
      for (const [key, { sum, touched }] of [...state]) {
        if (touched >= i - timeout) continue
        state.delete(key)
        out.push(['out', key, sum])
      }
      for (const [key, { sum }] of state) out.push(['state', key, sum])
      return sorted(out)
    })
  },
  join: (batches, { joined }) => batches.map((batch, i) => {
    const counts = reduced(last(batches, i + 1, joined).map(([key]) => [key, 1]), add)
    return sorted([...reduced(batch, add)].map(([key, sum]) => [key, [sum, counts.get(key)]]))
  }),
}

/** The results of a program over the records of each batch. */
export function resultsOf(program: ProgramName, batches: readonly (readonly string[])[], lengths: Lengths): Result[] {
  return results[program](batches.map(pairsOf), lengths)
}
