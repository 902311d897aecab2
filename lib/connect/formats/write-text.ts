/** Lines of text written in pieces, compressed where that is asked for: what the text formats' files are made of. */
import { gzipBytes } from '../../codec/gzip'
import type { AppendHandle } from '../../disk/disk'
import { describe, refuse } from '../../rdd/arguments'
import { pullPieces } from '../../rdd/saving/pull'
import type { TextCodec } from '../../rdd/saving/save-as-text-file'
import type { TaskContext } from '../../rdd/task-context'

const pieceCharacters = 256 * 1024

/** Writes the text that `textOf` makes of each value, with `head` before it. */
export async function writeText<T>(
  handle: AppendHandle, values: Iterable<T>, task: TaskContext, codec: TextCodec | undefined, textOf: (value: T) => string, head = '',
): Promise<void> {
  let text = head
  let isEmpty = true
  const take = (value: T): boolean => {
    text += textOf(value)
    return text.length >= pieceCharacters
  }
  await pullPieces(task, values, take, async () => {
    // A compressed file has one member at least: no bytes at all would be a damaged one.
    if (text === '' && !(codec === 'gzip' && isEmpty)) return
    const bytes = Buffer.from(text)
    text = ''
    isEmpty = false
    await handle.append(codec === 'gzip' ? await gzipBytes(bytes) : bytes)
  })
}

/** What follows the name of a file: `.json.gz`. */
export function extensionOf(format: string, codec: TextCodec | undefined): string { return `.${format}${codec === 'gzip' ? '.gz' : ''}` }

export function requireTextCodec(operator: string, codec: unknown): TextCodec | undefined {
  if (codec === undefined || codec === 'gzip') return codec
  refuse(operator, `the codec must be 'gzip' or left out, got ${describe(codec)}`)
}
