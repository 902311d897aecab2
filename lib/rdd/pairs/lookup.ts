/** lookup: the values of one key. */
import { CallSite } from '../../base/call-site'
import { checkKey, equalKeys } from '../../base/keys'
import { runOnPartitions } from '../actions/run-on-partitions'
import { RDD } from '../rdd'
import { requirePair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * All values of `key`, in order. Where a partitioner has placed the pairs, only the key's partition is
     * looked at.
     * Counterpart: PairRDDFunctions.lookup.
     */
    lookup<K, V>(this: RDD<[K, V]>, key: K): Promise<V[]>
  }
}

RDD.prototype.lookup = async function (this: RDD<any>, key: any): Promise<any[]> {
  const site = CallSite.capture('lookup')
  CallSite.within(site, () => checkKey(key, 'lookup'))
  // A partitioner may have ranges to find first.
  await this.prepare()
  const partitions = this.partitioner === undefined ? undefined : [this.partitioner.getPartition(key)]
  const found = await CallSite.within(site, () => runOnPartitions('lookup', this, valuesOf(key), partitions))
  return found.flat(1)
}

function valuesOf(key: unknown) {
  return (pairs: Iterable<unknown>): unknown[] => {
    const values: unknown[] = []
    for (const pair of pairs) {
      requirePair(pair, 'lookup')
      if (equalKeys(pair[0], key)) values.push(pair[1])
    }
    return values
  }
}
