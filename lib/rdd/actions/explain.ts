/** explain: how an RDD would be computed. */
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The stages that an action on this RDD runs, last first, with the operators of each and their lines; with `code`
     * also the loops that are generated for them. Nothing is computed. `millrace run --explain` prints it for every job.
     * Beyond Spark, whose DataFrames have it.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'explain')
     * console.log(sc.parallelize(['a b']).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).explain())
     * await sc.stop()
     * ```
     */
    explain(code?: boolean): string
  }
}

RDD.prototype.explain = function (this: RDD<any>, code = false): string {
  this.context.requireRunning()
  return this.context.runner.explain(this, code)
}
