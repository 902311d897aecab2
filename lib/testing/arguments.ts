/** Checks of what tests pass to the kit. */
import { IllegalArgumentError } from '../base/errors'
import { DStream } from '../streaming/dstream'

export function requireDStream(operator: string, value: unknown): void {
  if (DStream.is(value)) return
  throw new IllegalArgumentError(`${operator} needs a DStream, it got ${value === undefined ? 'undefined' : typeof value}`, {
    hint: operator === 'testStream' ? 'Return the stream to look at from the build function.' : 'Pass the stream to look at.',
  })
}
