/** Contexts made by a function of the user's, for getOrCreate and getActiveOrCreate. */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { StreamingContext } from './streaming-context'

/** What `create` makes. A context without a checkpoint folder of its own gets `directory`, as in PySpark. */
export async function contextMadeBy(operator: string, create: unknown, directory: unknown): Promise<StreamingContext> {
  const at = CallSite.capture(operator).toString()
  if (directory !== undefined && (typeof directory !== 'string' || directory === '')) {
    throw new IllegalArgumentError(
      `${operator}: the checkpoint directory must be the path of a folder, got ${String(directory)}`, { at })
  }
  if (typeof create !== 'function') {
    throw new IllegalArgumentError(`${operator} needs a function that makes the StreamingContext, got ${String(create)}`, {
      at, hint: `StreamingContext.${operator}('checkpoints', () => { const ssc = new StreamingContext(...); ...; return ssc })`,
    })
  }
  const made: unknown = await create()
  if (!StreamingContext.is(made)) {
    throw new IllegalArgumentError(
      `${operator}: the function must return the StreamingContext that it made, it returned ${String(made)}`, { at })
  }
  const isOpen = made.getState() === 'INITIALIZED' && made.checkpointDirectory === undefined
  if (directory !== undefined && isOpen) made.checkpoint(directory)
  return made
}
