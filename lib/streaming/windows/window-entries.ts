/** Reads a version of a window: pairs of each key with its value, which are the reader's own. */
import { defineStateRead } from '../../rdd/plan'
import { ownCopy } from './own-value'

type Pairs = [key: unknown, value: unknown][]

export const windowEntriesNode = defineStateRead<null>('windowEntries', (_args, view) => {
  const chunks = view.pairs()
  return { *[Symbol.iterator]() { for (const chunk of chunks) yield own(chunk) } }
}, { inChunks: true })

function own(pairs: Pairs): Pairs {
  for (const pair of pairs) if (typeof pair[1] === 'object') pair[1] = ownCopy(pair[1])
  return pairs
}
