/** What generatorStream can be told. */
import { optionTable, requireOptions } from '../support/option-table'

/** What `ssc.generatorStream` takes. */
export interface GeneratorOptions {
  readonly recordsPerSecond?: number
  readonly rampUpMs?: number
  readonly numPartitions?: number
  readonly limit?: number
}

export type CheckedGeneratorOptions = Required<Omit<GeneratorOptions, 'numPartitions'>> & Pick<GeneratorOptions, 'numPartitions'>

export const generatorOptions = optionTable('generatorStream', {
  recordsPerSecond: {
    kind: 'number', default: 1, unit: 'records a second', check: value => value > 0 && value < Infinity ? undefined : 'be above 0',
    doc: 'How many elements a second of batch time brings, in each batch as many as its interval says.',
  },
  rampUpMs: { kind: 'number', default: 0, minimum: 0, unit: 'ms', doc: 'The rate grows from 0 to `recordsPerSecond` in this time.' },
  numPartitions: { kind: 'integer', minimum: 1, defaultText: 'of the engine', doc: 'Partitions of each batch.' },
  limit: { kind: 'number', default: Infinity, minimum: 0, unit: 'records', doc: 'The stream ends with empty batches after so many elements.' },
})

export const requireGeneratorOptions = (options: unknown): CheckedGeneratorOptions => requireOptions('generatorStream', generatorOptions, options)
