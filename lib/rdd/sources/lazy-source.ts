/** RDDs of files: made at once, looked up on the disk before their first job. */
import type { SparkContext } from '../context/spark-context'
import type { SourceDefinition } from '../plan'
import { RDD } from '../rdd'
import type { InputFiles } from './input-files'

export function lazySource<T>(context: SparkContext, definition: SourceDefinition, args: unknown, input: InputFiles): RDD<T> {
  return new RDD<T>(context, { definition, parents: [], args }, { prepare: () => input.find() })
}
