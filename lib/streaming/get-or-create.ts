/** Contexts made by a function of the user's, for getOrCreate and getActiveOrCreate. */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import type { DropOption } from './checkpoint/match-operators'
import { recoveryFrom } from './checkpoint/recovery'
import { StreamingContext } from './streaming-context'

/** Sets up a whole program. */
export type ContextMaker = () => StreamingContext | Promise<StreamingContext>

/** What a recovery may be told. */
export interface RecoveryOptions {
  /** What the checkpoint holds and the program no longer has may be dropped: all of it, or what has these ids. Default: nothing. */
  readonly drop?: DropOption
  /** Go on without what is lost to damage, knowingly: the log says what it was. Default false. */
  readonly acceptLoss?: boolean
  /** Start anew where the checkpoint cannot be read; it is kept aside. Default false. */
  readonly createOnError?: boolean
}

/** What `create` makes. A context without a checkpoint folder of its own gets `directory`, as in PySpark. */
export async function contextMadeBy(operator: string, create: unknown, directory: unknown, options: unknown = {}): Promise<StreamingContext> {
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
  const checked = requireOptions(operator, options, at)
  const made: unknown = await create()
  if (!StreamingContext.is(made)) {
    throw new IllegalArgumentError(
      `${operator}: the function must return the StreamingContext that it made, it returned ${String(made)}`, { at })
  }
  if (made.getState() !== 'INITIALIZED') return made
  if (directory !== undefined && made.checkpointDirectory === undefined) made.checkpoint(directory)
  if (made.checkpointDirectory !== undefined && directory !== undefined) made.recovery = await recoveryFrom(made.disk, made.checkpointDirectory, checked)
  return made
}

function requireOptions(operator: string, options: unknown, at: string): RecoveryOptions {
  const isObject = typeof options === 'object' && options !== null
  const { drop, acceptLoss, createOnError } = (isObject ? options : {}) as RecoveryOptions
  const isList = Array.isArray(drop) && drop.every(id => typeof id === 'string')
  const isRight = isObject && (drop === undefined || typeof drop === 'boolean' || isList)
    && [undefined, true, false].includes(acceptLoss) && [undefined, true, false].includes(createOnError)
  if (isRight) return options as RecoveryOptions
  throw new IllegalArgumentError(`${operator}: the options are wrong`, {
    at, hint: "{ drop: true | ['id', ...], acceptLoss: boolean, createOnError: boolean }",
  })
}
