/** What reading of JSON lines can be told. */
import { optionTable } from '../../support/option-table'
import { corruptRow, minPartitionsRow, modeRow, type ParseMode } from '../modes'

/** What `sc.jsonFile` and `ssc.jsonFileStream` take. */
export interface JsonOptions {
  /** What happens to a line that is no JSON. Default `'FAILFAST'`: the job fails, with file and place. */
  readonly mode?: ParseMode
  /** With `'PERMISSIVE'`: such a line becomes an object with its text under this name. Default `_corrupt_record`. */
  readonly columnNameOfCorruptRecord?: string
  /**
   * `'exact'`: a whole number that no JavaScript number can hold is a bigint. `'number'`: it becomes the nearest number.
   * Default `'exact'`.
   */
  readonly numbers?: 'exact' | 'number'
  /** True: each file is one JSON document, of which an array is many elements. Default false: a line is one. */
  readonly multiLine?: boolean
  /** At least so many partitions, where the files allow. Default `sc.defaultMinPartitions`. */
  readonly minPartitions?: number
}

export type CheckedJsonOptions = Required<Omit<JsonOptions, 'minPartitions'>> & Pick<JsonOptions, 'minPartitions'>

export const jsonFileTable = optionTable('jsonFile', {
  mode: modeRow,
  columnNameOfCorruptRecord: corruptRow,
  numbers: {
    kind: 'string', values: ['exact', 'number'], default: 'exact',
    doc: '`exact`: a whole number that no JavaScript number can hold is a bigint; `number`: it becomes the nearest number.',
  },
  multiLine: { kind: 'boolean', default: false, doc: 'True: each file is one JSON document, of which an array is many elements.' },
  minPartitions: minPartitionsRow,
})
