/** What streams must have in common to be taken together: one context and one slide. Checked at the call. */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import { describe, refuse } from '../../rdd/arguments'
import { DStream } from '../dstream'

/**
 * Throws unless `streams` are DStreams of the same context with the same slide, and there is at least one.
 */
export function requireAlike(operator: string, streams: readonly DStream<any>[], purpose = operator): void {
  if (!Array.isArray(streams)) refuse(operator, `it takes an array of DStreams, got ${describe(streams)}`)
  if (streams.length === 0) refuse(operator, `List of DStreams to ${purpose} is empty`)
  for (const stream of streams) requireStream(operator, stream)
  const [first] = streams
  const at = CallSite.capture(operator).toString()
  if (streams.some(stream => stream.context !== first!.context)) {
    throw new IllegalArgumentError(`${operator}: Some of the DStreams have different contexts`, { at })
  }
  const odd = streams.find(stream => !stream.slideDuration.equals(first!.slideDuration))
  if (odd === undefined) return
  throw new IllegalArgumentError(
    `${operator}: Some of the DStreams have different slide durations: `
    + `${first!.slideDuration} and ${odd.slideDuration}`,
    { at, hint: 'Bring them to one slide first, for example with window(length, slide).' })
}

/** `value`, when it is a DStream. */
export function requireStream(operator: string, value: unknown): DStream<any> {
  if (DStream.is(value)) return value
  refuse(operator, `it takes a DStream, got ${describe(value)}`)
}
