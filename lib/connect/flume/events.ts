/** Events of Flume. */
import type { AvroReader } from './avro-bytes'

/**
 * An event of Flume: its headers and its bytes. Counterpart: org.apache.spark.streaming.flume.SparkFlumeEvent, whose
 * `event.getHeaders` and `event.getBody` these are.
 */
export interface SparkFlumeEvent {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

export function readEvent(reader: AvroReader): SparkFlumeEvent {
  const headers = reader.map(() => reader.string())
  const bytes = reader.bytesOf()
  // A copy: an event that is kept must not keep its whole frame alive.
  const body = new Uint8Array(bytes.length)
  body.set(bytes)
  return { headers, body }
}

export function readEvents(reader: AvroReader): SparkFlumeEvent[] {
  const events: SparkFlumeEvent[] = []
  reader.blocks(() => { events.push(readEvent(reader)) })
  return events
}
