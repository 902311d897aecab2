/** Deserializers at work: functions from a stretch of a batch's bytes to a key or a value. Made once a task. */
import { limits } from '../../../base/limits'
import { isDeeperThan } from '../../../codec/json-depth'
import { avroType, confluentStart } from './avro'
import type { BuiltInDeserializer, Deserializer, RecordPlace } from './deserializers'
import { Slab } from './slab'

/** `place` is asked for only by functions of users. */
export type Reader = (bytes: Buffer, start: number, end: number, place: () => RecordPlace) => unknown

export function readerOf(deserializer: Deserializer<any>, slab: Slab): Reader {
  if (typeof deserializer === 'function') return (bytes, start, end, place) => deserializer(slab.copy(bytes, start, end), place())
  switch (deserializer.kind) {
    case 'string': return (bytes, start, end) => bytes.toString('utf8', start, end)
    case 'json': return json
    case 'bytes': return (bytes, start, end) => slab.copy(bytes, start, end)
    case 'long': return sized(8, safeLong)
    case 'bigint': return sized(8, (bytes, start) => bytes.readBigInt64BE(start))
    case 'integer': return sized(4, (bytes, start) => bytes.readInt32BE(start))
    case 'short': return sized(2, (bytes, start) => bytes.readInt16BE(start))
    case 'double': return sized(8, (bytes, start) => bytes.readDoubleBE(start))
    case 'float': return sized(4, (bytes, start) => bytes.readFloatBE(start))
    case 'uuid': return uuid
    case 'avro': return avro(deserializer, slab)
  }
}

function sized(length: number, read: (bytes: Buffer, start: number) => unknown): Reader {
  return (bytes, start, end) => {
    if (end - start !== length) throw new TypeError(`it has ${end - start} bytes, not ${length}`)
    return read(bytes, start)
  }
}

function safeLong(bytes: Buffer, start: number): number {
  const value = Number(bytes.readBigInt64BE(start))
  if (!Number.isSafeInteger(value)) throw new RangeError(`${bytes.readBigInt64BE(start)} is no exact number: read it with Deserializers.bigint`)
  return value
}

function json(bytes: Buffer, start: number, end: number): unknown {
  if (end - start > limits.receivedDepthMax && isDeeperThan(bytes.subarray(start, end), limits.receivedDepthMax)) {
    throw new RangeError(`it nests deeper than receivedDepthMax, ${limits.receivedDepthMax}`)
  }
  return JSON.parse(bytes.toString('utf8', start, end))
}

const uuidForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

function uuid(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, end)
  if (!uuidForm.test(text)) throw new TypeError('it is no UUID')
  return text.toLowerCase()
}

/** On a copy: what Avro calls bytes are views of what it reads. */
function avro({ schema, isFramed }: BuiltInDeserializer<any>, slab: Slab): Reader {
  const type = avroType(schema!)
  return (bytes, start, end) => {
    const copy = slab.copy(bytes, isFramed === true ? confluentStart(bytes, start, end) : start, end)
    return type.fromBuffer(Buffer.from(copy.buffer, copy.byteOffset, copy.byteLength))
  }
}
