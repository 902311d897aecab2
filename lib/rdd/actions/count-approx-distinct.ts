/**
 * countApproxDistinct: about how many different elements there are, in memory that does not grow with their
 * number.
 */
import { CallSite } from '../../base/call-site'
import { HyperLogLog } from '../../base/hyper-log-log'
import { refuse } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * About how many different elements there are, compared by structure; `relativeSD` (0.05) is the standard
     * error as a fraction. With two numbers the first is the precision `p`, of 2^p registers, and the second,
     * the sparse precision, is 0 or not below `p`. Rejects with IllegalArgumentError for an error too near to
     * 0, and for a `p` below 4. Counterpart: RDD.countApproxDistinct.
     */
    countApproxDistinct(relativeSD?: number): Promise<number>
    countApproxDistinct(p: number, sp: number): Promise<number>
  }
}

const operator = 'countApproxDistinct'
const sparsePrecisionMax = 32

export const distinctSketchSink =
  defineSink<{ precision: number }>('distinctSketch', (loop, { precision }) => ({
  before: `const sketch = new ${loop.constant(HyperLogLog)}(${loop.constant(precision)})`,
  each: value => `sketch.add(${value})`,
  after: 'return sketch',
}))

function precisionFor(first: number, sparse: number | undefined): number {
  if (sparse === undefined) return HyperLogLog.precisionFor(first)
  if (!Number.isInteger(first + sparse)) refuse(operator, 'p and sp must be whole numbers')
  if (sparse > sparsePrecisionMax) refuse(operator, `sp (${sparse}) must be <= ${sparsePrecisionMax}`)
  if (sparse !== 0 && first > sparse) refuse(operator, `p (${first}) cannot be greater than sp (${sparse})`)
  return first
}

RDD.prototype.countApproxDistinct = async function (
  this: RDD<any>, first = 0.05, sparse?: number,
): Promise<number> {
  const site = CallSite.capture(operator)
  const precision = precisionFor(first, sparse)
  const total = new HyperLogLog(precision)
  const onResult = (_index: number, sketch: HyperLogLog): void => { total.merge(sketch) }
  await CallSite.within(site, () => runJob(operator, this, distinctSketchSink, { precision }, { onResult }))
  return total.estimate()
}
