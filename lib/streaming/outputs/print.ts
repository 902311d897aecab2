/** print: the first elements of every batch on standard output, in Spark's exact form. */
import { show } from '../../base/show'
import { requireInteger } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { output } from './foreach-rdd'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Prints the first `num` elements of every batch, and `...` when there are more. Counterpart:
     * DStream.print.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'print', Seconds(1))
     * ssc.queueStream([['a', 'b']]).print()
     * // -------------------------------------------
     * // Time: 1000 ms
     * // -------------------------------------------
     * // a
     * // b
     * ```
     */
    print(num?: number): void
  }
}

const rule = '-'.repeat(43)

DStream.prototype.print = function (this: DStream<any>, num = 10): void {
  requireInteger('print', num, 0, 'the number of elements')
  output('print', this, async (rdd, time) => {
    const first = await rdd.take(num + 1)
    const lines = first.slice(0, num).map(show)
    if (first.length > num) lines.push('...')
    process.stdout.write(`${rule}\nTime: ${time}\n${rule}\n${lines.map(line => `${line}\n`).join('')}\n`)
  })
}
