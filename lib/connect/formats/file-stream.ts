/** Streams of the new files of a folder, read as one of the formats: the options of both, told apart and checked. */
import { describe, refuse } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import type { StreamingContext } from '../../streaming/streaming-context'
import { FileInputDStream } from '../file/file-input-dstream'
import { requireDirectory, requireFileStreamOptions } from '../file/options'

/** Which files a stream of a format reads, besides the options of the format. */
export interface FormatStreamOptions {
  /** Which files count, by their full path. Default: those whose name does not begin with a dot. */
  readonly filter?: (path: string) => boolean
  /** Whether files that were there before the start are left out. Default true. */
  readonly newFilesOnly?: boolean
}

type ReadFiles = (files: readonly string[]) => RDD<any>

/** The stream; `prepare` checks what is left of the options and gives what reads a batch's files. */
export function fileStreamOf(
  context: StreamingContext, operator: string, directory: string, options: FormatStreamOptions, prepare: (rest: object) => ReadFiles,
): FileInputDStream<any> {
  if (typeof options !== 'object' || options === null) refuse(operator, `the options must be an object, got ${describe(options)}`)
  const { filter, newFilesOnly, ...rest } = options
  const checked = requireFileStreamOptions(operator, { ...filter === undefined ? {} : { filter }, ...newFilesOnly === undefined ? {} : { newFilesOnly } })
  const read = prepare(rest)
  return new FileInputDStream<any>(context, {
    operator, directory: requireDirectory(operator, directory), filter: checked.filter, newFilesOnly: checked.newFilesOnly, read,
  })
}
