/**
 * Checkpoints of RDDs: right after the first job on a marked RDD, or on one made from it, its partitions are
 * written and its lineage is cut there. See `transformations/checkpoint.ts` for the methods and for the
 * writing.
 */
import type { CallSite } from '../base/call-site'
import type { SparkContext } from './context/spark-context'
import type { CheckpointState, RDD } from './rdd'

/** The state of a marked RDD, with the user's line that marked it. */
export interface Mark extends CheckpointState { readonly site: CallSite }

type Writer = (rdd: RDD<any>, mark: Mark) => Promise<void>
let writer: Writer = async () => undefined

/** Internal: the method file hands its writer in, so that this file needs no actions and no sources. */
export function setCheckpointWriter(write: Writer): void { writer = write }

const marked = new WeakMap<SparkContext, Set<WeakRef<RDD<any>>>>()
const beingWritten = new WeakSet<RDD<any>>()

/** Internal: from now on `rdd` waits for its checkpoint. */
export function markForCheckpoint(rdd: RDD<any>, kind: CheckpointState['kind'], site: CallSite): void {
  const mark: Mark = { kind, file: undefined, done: false, site }
  rdd.checkpointState = mark
  let waiting = marked.get(rdd.context)
  if (waiting === undefined) marked.set(rdd.context, waiting = new Set())
  waiting.add(new WeakRef(rdd))
  rdd.context.hasPendingCheckpoints = true
}

/**
 * Writes the checkpoint of the marked RDDs nearest to `rdd` on every path of its lineage. What lies behind a
 * written one is not visited: it is cut off. A checkpoint that could not be written fails the action, and is
 * tried again after the next.
 */
export async function writePendingCheckpoints(rdd: RDD<any>): Promise<void> {
  for (const waiting of nearestMarked(rdd)) {
    beingWritten.add(waiting)
    try {
      await writer(waiting, waiting.checkpointState as Mark)
      waiting.checkpointState!.done = true
    } finally { beingWritten.delete(waiting) }
  }
  rdd.context.hasPendingCheckpoints = anyWaiting(rdd.context)
}

function nearestMarked(rdd: RDD<any>): RDD<any>[] {
  const found: RDD<any>[] = []
  const seen = new Set<RDD<any>>([rdd])
  const stack = [rdd]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (isWaiting(next)) {
      if (!beingWritten.has(next)) found.push(next)
      continue
    }
    for (const parent of next.node.parents) {
      if (seen.has(parent)) continue
      seen.add(parent)
      stack.push(parent)
    }
  }
  return found
}

function isWaiting({ checkpointState }: RDD<any>): boolean {
  return checkpointState !== undefined && !checkpointState.done
}

function anyWaiting(context: SparkContext): boolean {
  const waiting = marked.get(context)
  if (waiting === undefined) return false
  for (const reference of waiting) {
    const rdd = reference.deref()
    if (rdd === undefined || !isWaiting(rdd)) waiting.delete(reference)
  }
  return waiting.size > 0
}
