/** collectAsMap: all pairs in a map on the driver. */
import { CallSite } from '../../base/call-site'
import { KeyMap } from '../../base/key-map'
import { collectSink } from '../actions/collect'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { requirePair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * All pairs in a map; of pairs with one key the last stays. Counterpart: PairRDDFunctions.collectAsMap.
     */
    collectAsMap<K, V>(this: RDD<[K, V]>): Promise<KeyMap<K, V>>
  }
}

RDD.prototype.collectAsMap = async function (this: RDD<any>): Promise<KeyMap<any, any>> {
  const site = CallSite.capture('collectAsMap')
  const parts = await CallSite.within(site, () =>
    runJob<null, unknown[]>('collectAsMap', this, collectSink, null))
  const map = new KeyMap<unknown, unknown>()
  for (const part of parts) {
    for (const pair of part) {
      requirePair(pair, 'collectAsMap')
      map.set(pair[0], pair[1])
    }
  }
  return map
}
