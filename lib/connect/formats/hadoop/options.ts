/** What outputs in Hadoop's formats are told, and the names of formats and classes, checked at the call. */
import { describe, refuse } from '../../../rdd/arguments'
import { nearestName } from '../../../conf/nearest'
import { optionTable, requireOptions } from '../../support/option-table'
import type { FormatStreamOptions } from '../file-stream'
import { requireCodec, type HadoopCodec } from './codecs'
import type { Compression } from './sequence-header'
import { requireWritable, type Writable, type WritableClass } from './writables'

/** The formats that are read, as the last name of Hadoop's classes. */
export type HadoopInputFormat = 'SequenceFileInputFormat' | 'TextInputFormat' | 'KeyValueTextInputFormat'
/** The formats that are written. */
export type HadoopOutputFormat = 'SequenceFileOutputFormat' | 'TextOutputFormat'

/** What `saveAsHadoopFile` and the others of its kind take. */
export interface HadoopFileOptions {
  /** The class of keys. Default: by the first element. */
  readonly keyClass?: WritableClass
  /** The class of values. Default: by the first element. */
  readonly valueClass?: WritableClass
  /** The format, with or without its package. Default `SequenceFileOutputFormat`. */
  readonly format?: HadoopOutputFormat | (string & {})
  /** The codec, with or without its package; `gzip` and `deflate` for short. Default: nothing is compressed. */
  readonly codec?: HadoopCodec | 'gzip' | 'deflate'
  /** With a codec, of SequenceFiles: whether values or blocks of records are compressed. Default `'BLOCK'`, as in Spark. */
  readonly compression?: 'RECORD' | 'BLOCK'
}

/** What `ssc.sequenceFileStream` takes. */
export interface SequenceStreamOptions extends FormatStreamOptions {
  /** The class of keys; files with another are refused. Default: what each file says. */
  readonly keyClass?: WritableClass
  /** The class of values. */
  readonly valueClass?: WritableClass
}

export interface CheckedHadoopOptions {
  readonly key: Writable | undefined
  readonly value: Writable | undefined
  readonly format: HadoopOutputFormat
  readonly codec: string | undefined
  readonly compression: Compression
}

const hadoopFileTable = optionTable('saveAsHadoopFile', {
  keyClass: { kind: 'any', doc: "The class of keys: `'Text'`, `'org.apache.hadoop.io.Text'`, or `{ className, encode, decode }`.", defaultText: 'by the first element' },
  valueClass: { kind: 'any', doc: 'The class of values.', defaultText: 'by the first element' },
  format: { kind: 'string', default: 'SequenceFileOutputFormat', doc: '`SequenceFileOutputFormat` or `TextOutputFormat`, with or without its package.' },
  codec: { kind: 'string', doc: '`DefaultCodec`, `DeflateCodec` or `GzipCodec`, with or without its package; `gzip` and `deflate` for short.', defaultText: 'none' },
  compression: { kind: 'string', values: ['RECORD', 'BLOCK'], doc: 'With a codec, of SequenceFiles: whether values or blocks of records are compressed.', defaultText: 'BLOCK' },
})

const sequenceStreamTable = optionTable('sequenceFileStream', {
  keyClass: { kind: 'any', doc: 'The class of keys; files with another are refused.', defaultText: 'what each file says' },
  valueClass: { kind: 'any', doc: 'The class of values.', defaultText: 'what each file says' },
})

const inputFormats: readonly HadoopInputFormat[] = ['SequenceFileInputFormat', 'TextInputFormat', 'KeyValueTextInputFormat']
const outputFormats: readonly HadoopOutputFormat[] = ['SequenceFileOutputFormat', 'TextOutputFormat']
const packages = ['org.apache.hadoop.mapred.', 'org.apache.hadoop.mapreduce.lib.input.', 'org.apache.hadoop.mapreduce.lib.output.']

function formatOf<F extends string>(operator: string, given: unknown, known: readonly F[], what: string): F {
  if (typeof given !== 'string') refuse(operator, `${what} must be the name of one, got ${describe(given)}`, `Known are ${known.join(', ')}.`)
  const name = (given as string).slice((given as string).lastIndexOf('.') + 1)
  const isHadoops = name === given || packages.some(each => given === each + name)
  const found = known.find(each => isHadoops && each === name)
  if (found !== undefined) return found
  const nearest = nearestName(name, known)
  refuse(operator, `${what} ${describe(given)} is not known${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, `Known are ${known.join(', ')}.`)
}

export const requireInputFormat = (operator: string, given: unknown): HadoopInputFormat => formatOf(operator, given, inputFormats, 'the input format')

export function requireHadoopOptions(operator: string, given: HadoopFileOptions | undefined): CheckedHadoopOptions {
  const { keyClass, valueClass, format, codec, compression } = requireOptions<HadoopFileOptions>(operator, hadoopFileTable, given)
  const checked = formatOf(operator, format, outputFormats, 'the output format')
  const codecClass = requireCodec(operator, codec)
  if (compression !== undefined && codecClass === undefined) refuse(operator, 'compression needs a codec')
  if (checked === 'TextOutputFormat' && codecClass?.endsWith('.GzipCodec') === false) {
    refuse(operator, `TextOutputFormat is compressed with GzipCodec here, not with ${describe(codec)}`, 'Text files of other codecs could not be read again.')
  }
  return {
    key: requireWritable(operator, keyClass, 'keyClass'), value: requireWritable(operator, valueClass, 'valueClass'), format: checked,
    codec: codecClass, compression: codecClass === undefined ? 'NONE' : compression ?? 'BLOCK',
  }
}

export function requireSequenceOptions(operator: string, given: unknown): { readonly keyClass: Writable | undefined, readonly valueClass: Writable | undefined } {
  const { keyClass, valueClass } = requireOptions<Pick<SequenceStreamOptions, 'keyClass' | 'valueClass'>>(operator, sequenceStreamTable, given)
  return { keyClass: requireWritable(operator, keyClass, 'keyClass'), valueClass: requireWritable(operator, valueClass, 'valueClass') }
}
