/** Avro by the package avsc, which is there for those who use it. Types are made once a thread and schema. */
import { IllegalArgumentError } from '../../../base/errors'
import { optionalPackage } from '../../support/optional-package'

export interface AvroOptions {
  /** What is before the data of each record. */
  readonly framing?: 'none' | 'confluent'
}

export interface AvroType { fromBuffer(bytes: Buffer): unknown }

const types = new Map<string, AvroType>()
const typesMax = 1_000

/** Throws IllegalArgumentError for what is no schema, UnsupportedOperationError where avsc is missing. */
export function avroType(schema: string): AvroType {
  const known = types.get(schema)
  if (known !== undefined) return known
  const avsc = optionalPackage('avsc', 'Deserializers.avro', () => require('avsc') as typeof import('avsc'))
  let type: AvroType
  try { type = avsc.Type.forSchema(JSON.parse(schema)) } catch (error) {
    throw new IllegalArgumentError(`Deserializers.avro was given what is no Avro schema: ${(error as Error).message}`, { cause: error })
  }
  if (types.size >= typesMax) types.clear()
  types.set(schema, type)
  return type
}

const frameBytes = 5

/** Where the data begins in what has five bytes before it. */
export function confluentStart(bytes: Buffer, start: number, end: number): number {
  if (end - start < frameBytes || bytes[start] !== 0) throw new TypeError('it does not begin with 0 and the number of a schema')
  return start + frameBytes
}
