/** checkpoint: cuts an RDD's lineage by writing its partitions to reliable storage after its first job. */
import { SparkContext } from '../context/spark-context'

declare module '../context/spark-context' {
  interface SparkContext {
    /** Sets the folder below which `rdd.checkpoint()` writes. Counterpart: SparkContext.setCheckpointDir. */
    setCheckpointDir(directory: string): void
  }
}
void SparkContext
