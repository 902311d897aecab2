/** Mistakes that must not compile. A line that does after all makes its `@ts-expect-error` an error. */
import { Seconds, type DStream, type StreamingContext } from '../../lib/index'

declare const ssc: StreamingContext
declare const words: DStream<string>
declare const triples: DStream<[string, number, boolean]>
declare const pairs: DStream<[string, number]>
declare const byNumber: DStream<[number, number]>

export function noPairs(): void {
  // @ts-expect-error reduceByKey needs pairs
  words.reduceByKey(a => a)
  // @ts-expect-error a triple is no pair
  triples.reduceByKey((a: number) => a)
  // @ts-expect-error groupByKey needs pairs
  words.groupByKey()
  // @ts-expect-error mapValues needs pairs
  words.mapValues(v => v)
  // @ts-expect-error flatMapValues needs pairs
  words.flatMapValues(v => [v])
  // @ts-expect-error combineByKey needs pairs
  words.combineByKey(v => v, c => c, c => c)
  // @ts-expect-error join needs pairs
  words.join(pairs)
  // @ts-expect-error so does what it joins
  pairs.join(words)
  // @ts-expect-error cogroup needs pairs
  pairs.cogroup(words)
  // @ts-expect-error reduceByKeyAndWindow needs pairs
  words.reduceByKeyAndWindow((a: string) => a, Seconds(1))
  // @ts-expect-error groupByKeyAndWindow needs pairs
  words.groupByKeyAndWindow(Seconds(1))
}

export function wrongFunctions(): void {
  // @ts-expect-error the sum of two numbers is no string
  pairs.reduceByKey((a, b) => `${a}${b}`)
  // @ts-expect-error numbers have no toUpperCase
  pairs.mapValues(v => v.toUpperCase())
  // @ts-expect-error flatMap's function returns something to iterate
  words.flatMap(w => w.length)
  // @ts-expect-error a function is missing
  words.map()
  // @ts-expect-error transform's function returns an RDD
  words.transform(rdd => rdd.count())
  // @ts-expect-error reduce keeps the type
  words.reduce((a, b) => a.length + b.length)
  // @ts-expect-error the keys of both sides are of one kind
  pairs.join(byNumber)
}

export function noUnits(): void {
  // @ts-expect-error seconds or milliseconds?
  words.window(30)
  // @ts-expect-error seconds or milliseconds?
  words.window(Seconds(30), 10)
  // @ts-expect-error seconds or milliseconds?
  words.countByWindow(30, 10)
  // @ts-expect-error a slide is needed
  words.countByWindow(Seconds(30))
  // @ts-expect-error seconds or milliseconds?
  pairs.reduceByKeyAndWindow((a, b) => a + b, 30)
  // @ts-expect-error seconds or milliseconds?
  words.checkpoint(10)
  // @ts-expect-error seconds or milliseconds?
  ssc.remember(10)
}

export function wrongArguments(): void {
  // @ts-expect-error a number of elements
  words.print('all')
  // @ts-expect-error a folder's prefix
  words.saveAsTextFiles(5)
  // @ts-expect-error a number of partitions or a partitioner
  pairs.reduceByKey((a, b) => a + b, '4')
  // @ts-expect-error an array of streams
  ssc.union(words)
  // @ts-expect-error a storage level
  words.persist('MEMORY_ONLY')
  const bySize = ([, sum]: [string, string]): boolean => sum.length > 0
  // @ts-expect-error a filter gets numbers here
  pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(1), Seconds(1), { filter: bySize })
}
