/**
 * Folders as sources: their new files as lines, as records of one length, or as whatever a reader makes of
 * them.
 */
import { requireInteger } from '../../rdd/arguments'
import { binaryRecordsRdd } from '../../rdd/sources/binary-records'
import { textFilesRdd } from '../../rdd/sources/text-file'
import { StreamingContext } from '../../streaming/streaming-context'
import { FileInputDStream } from './file-input-dstream'
import { requireDirectory, requireFileStreamOptions, type FileStreamOptions } from './options'
import { readWithRdd } from './read-with'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the lines of the files that are new in `directory` (UTF-8, `.gz` decompressed). A file must
     * appear whole: write it elsewhere and rename it into the folder. It is in the first batch after its
     * modification time, and in no other; files that are older than the start, or by 60 seconds older than
     * the batch (spark.streaming.fileStream.minRememberDuration), are not seen. Sub-folders are not read;
     * globs match folders. A folder that is not there is an empty batch. Counterpart:
     * StreamingContext.textFileStream.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'folder', Seconds(1))
     * ssc.textFileStream('incoming').flatMap(line => line.split(' ')).countByValue().print()
     * ```
     */
    textFileStream(directory: string): FileInputDStream<string>
    /**
     * The same for files of your choice, read in your way. Without a reader: their lines.
     * Counterpart: StreamingContext.fileStream.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'json', Seconds(1))
     * const orders = ssc.fileStream('incoming', {
     *   filter: path => path.endsWith('.json'),
     *   newFilesOnly: false,
     *   reader: async (path, content) => JSON.parse(Buffer.from(await content.bytes()).toString()) as { id: number }[],
     * })
     * orders.map(order => order.id).print()
     * ```
     */
    fileStream(directory: string, options?: FileStreamOptions<string> & { readonly reader?: undefined }): FileInputDStream<string>
    fileStream<T>(directory: string, options: FileStreamOptions<T>): FileInputDStream<T>
    /**
     * The same for flat binary files: a stream of records of `recordLength` bytes. A file whose size is no
     * multiple of it fails its batch. Throws IllegalArgumentError when `recordLength` is not a positive whole
     * number. Counterpart: StreamingContext.binaryRecordsStream.
     */
    binaryRecordsStream(directory: string, recordLength: number): FileInputDStream<Uint8Array>
  }
}

StreamingContext.prototype.textFileStream = function (this: StreamingContext, directory: string) {
  return new FileInputDStream<string>(this, {
    operator: 'textFileStream', directory: requireDirectory('textFileStream', directory),
    ...requireFileStreamOptions('textFileStream'), read: files => textFilesRdd(this.sparkContext, files),
  })
}

StreamingContext.prototype.fileStream = function (this: StreamingContext, directory: string, options?: FileStreamOptions<any>) {
  const { filter, newFilesOnly, reader } = requireFileStreamOptions('fileStream', options)
  return new FileInputDStream<any>(this, {
    operator: 'fileStream', directory: requireDirectory('fileStream', directory), filter, newFilesOnly,
    read: files => reader === undefined ? textFilesRdd(this.sparkContext, files)
      : readWithRdd(this.sparkContext, files, reader),
  })
}

StreamingContext.prototype.binaryRecordsStream = function (this: StreamingContext, directory: string, recordLength: number) {
  requireInteger('binaryRecordsStream', recordLength, 1, 'recordLength')
  return new FileInputDStream<Uint8Array>(this, {
    operator: 'binaryRecordsStream', directory: requireDirectory('binaryRecordsStream', directory),
    ...requireFileStreamOptions('binaryRecordsStream'), read: files => binaryRecordsRdd(this.sparkContext, files, recordLength),
  })
}
