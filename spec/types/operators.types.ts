/** The types that stream operators give. */
import { Seconds, type DStream, type Interval, type RDD, type StreamingContext,
  type Time } from '../../lib/index'
import type { Observable } from 'rxjs'
import { is } from './same'

declare const ssc: StreamingContext
declare const numbers: DStream<number>
declare const mixed: DStream<string | number>
declare const left: DStream<[string, number]>
declare const right: DStream<[string, Date]>

export function plain(): void {
  is<DStream<number>>()(numbers.filter(n => n > 1))
  is<DStream<string>>()(mixed.filter((x): x is string => typeof x === 'string'))
  is<DStream<number>>()(numbers.reduce((a, b) => a + b))
  is<DStream<number>>()(mixed.count())
  is<DStream<[string | number, number]>>()(mixed.countByValue(3))
  is<DStream<number>>()(numbers.repartition(3))
  is<DStream<number>>()(numbers.cache().persist().checkpoint(Seconds(10)).uid('numbers'))
}

export function several(): void {
  is<DStream<number | string>>()(numbers.union(mixed))
  is<DStream<number>>()(ssc.union([numbers, numbers]))
  is<DStream<number | Date>>()(ssc.union([numbers, right.map(([, date]) => date)]))
  is<DStream<[number, string]>>()(numbers.transform((rdd, time) => rdd.map(n => [n, String(time)])))
  is<DStream<string | number>>()(numbers.transformWith(left, (a, b, time) => {
    is<RDD<number>>()(a)
    is<RDD<[string, number]>>()(b)
    is<Time>()(time)
    return a.union(b.keys())
  }))
  is<DStream<[string, number]>>()(numbers.transformWith(left, a => a.map(n => ['n', n])))
  is<DStream<[number, Date]>>()(ssc.transform([numbers, right], ([a]) => a.map(n => [n, new Date(n)])))
  is<DStream<Date>>()(ssc.transform([left, right], ([a, b], time) => {
    is<RDD<[string, number]>>()(a)
    is<Time>()(time)
    return b.values()
  }))
}

/** A function of one's own for streams of anything. */
export function generic<T>(stream: DStream<T>): DStream<T> {
  return stream.transform(rdd => rdd.filter(() => true))
}

export function keyed(): void {
  is<DStream<[string, number[]]>>()(left.groupByKey())
  is<DStream<[string, Set<number>]>>()(left.combineByKey(
    v => new Set([v]), (set, v) => set.add(v), (a, b) => new Set([...a, ...b])))
  is<DStream<[string, string]>>()(left.mapValues(v => v.toFixed()))
  is<DStream<[string, [string, number]]>>()(left.mapValues(v => ['a', v]))
  is<DStream<[string, string]>>()(left.flatMapValues(v => [String(v)]))
  is<DStream<[string, [number[], Date[]]]>>()(left.cogroup(right))
  is<DStream<[string, [number, Date]]>>()(left.join(right))
  is<DStream<[string, [number, Date | undefined]]>>()(left.leftOuterJoin(right))
  is<DStream<[string, [number | undefined, Date]]>>()(left.rightOuterJoin(right, 3))
  is<DStream<[string, [number | undefined, Date | undefined]]>>()(left.fullOuterJoin(right))
}

export function windows(): void {
  const add = (a: number, b: number): number => a + b
  is<DStream<number>>()(numbers.window(Seconds(3)))
  is<DStream<number>>()(numbers.reduceByWindow((a, b) => a + b, Seconds(3), Seconds(1)))
  is<DStream<number>>()(numbers.reduceByWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1)))
  is<DStream<number>>()(mixed.countByWindow(Seconds(3), Seconds(1)))
  is<DStream<[string | number, number]>>()(mixed.countByValueAndWindow(Seconds(3), Seconds(1)))
  is<DStream<[string, number[]]>>()(left.groupByKeyAndWindow(Seconds(3), Seconds(1), { numPartitions: 2 }))
  is<DStream<[string, number]>>()(left.reduceByKeyAndWindow((a, b) => a + b, Seconds(3), undefined, 4))
  is<DStream<[string, number]>>()(left.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3)))
  is<DStream<[string, number]>>()(left.reduceByKeyAndWindow(
    add, add, Seconds(3), Seconds(1), { filter: ([key, sum]) => key !== '' && sum > 0 }))
  is<DStream<[string, number]>>()(left.reduceByKeyAndWindow(
    add, add, Seconds(3), Seconds(1), { filter: (key: string, sum: number) => key !== '' && sum > 0 }))
}

export async function outputs(interval: Interval, time: Time): Promise<void> {
  left.foreachRDD(async (rdd, at) => {
    is<RDD<[string, number]>>()(rdd)
    is<Time>()(at)
    await rdd.count()
  })
  is<Observable<number>>()(numbers.toObservable())
  numbers.toObservable({ batches: true }).subscribe(batch => {
    is<number[]>()(batch.values)
    is<Time>()(batch.time)
  })
  is<RDD<number>[]>()(await numbers.slice(time, time))
  is<RDD<number>[]>()(await numbers.slice(interval))
}
