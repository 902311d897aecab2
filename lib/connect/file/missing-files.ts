/**
 * Files of a recovered batch that are not there any more. The batch must have exactly the files that it had,
 * so its jobs fail, with the names, instead of giving less.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import type { Time } from '../../base/time'
import { allFiles } from '../../disk/files'
import type { SparkContext } from '../../rdd/context/spark-context'
import { defineSource } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'

const shown = 10

/** Those of `files` that are gone. */
export async function missingOf(files: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (let at = 0; at < files.length; at += limits.fileStatsMax) {
    const some = files.slice(at, at + limits.fileStatsMax)
    const entries = await Promise.all(some.map(file => allFiles.stat(file)))
    missing.push(...some.filter((_, i) => entries[i] === undefined))
  }
  return missing
}

export const missingFilesNode = defineSource<{ readonly message: string }>('missingFiles', {
  partitionCount: () => 1,
  read: ({ message }) => {
    throw new MillraceError('MR_INPUT_NOT_FOUND', message, {
      hint: 'Put them back, so that the batch has the input that it had, or start in another checkpoint folder.',
    })
  },
})

/** An RDD whose jobs fail. */
export function missingFilesRdd<T>(context: SparkContext, missing: readonly string[], time: Time): RDD<T> {
  const more = missing.length > shown ? ` and ${missing.length - shown} more` : ''
  const message = `the batch at ${time} had files that are not there any more: ${missing.slice(0, shown).join(', ')}${more}`
  return new RDD<T>(context, { definition: missingFilesNode, parents: [], args: { message } })
}
