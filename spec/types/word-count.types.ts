/** Programs that must type-check without an annotation, an `as const` or a cast. */
import { Seconds, type DStream, type StreamingContext } from '../../lib/index'
import { is } from './same'

declare const lines: DStream<string>
declare const ssc: StreamingContext

export function wordCount(): void {
  const words = lines.flatMap(l => l.split(' '))
  is<DStream<string>>()(words)
  const pairs = words.map(w => [w, 1])
  is<DStream<[string, number]>>()(pairs)
  const counts = pairs.reduceByKey((a, b) => a + b)
  is<DStream<[string, number]>>()(counts)
  counts.print()
  lines.flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).print()
  lines.flatMap(l => l.split(' ')).map(w => [w, 1])
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(10)).print()
  ssc.queueStream([['a b'], ['c']]).flatMap(l => l.split(' ')).countByValue().print()
}

export function topWords(): void {
  const top = lines.map(w => [w, 1]).reduceByKey((a, b) => a + b).map(([word, count]) => [count, word])
    .transform(rdd => rdd.sortByKey(false))
  is<DStream<[number, string]>>()(top)
}

export function everyKindOfElement(): void {
  is<DStream<[string, number, boolean]>>()(lines.map(l => [l, 1, true]))
  is<DStream<string[]>>()(lines.map(l => l.split(' ')))
  is<DStream<{ word: string, size: number }>>()(lines.map(word => ({ word, size: word.length })))
  is<DStream<number>>()(lines.map(l => l.length))
  is<DStream<boolean>>()(lines.map(l => l === ''))
  is<DStream<string | undefined>>()(lines.map(l => l === '' ? undefined : l))
  is<DStream<[string, number]>>()(lines.flatMap(l => [[l, 1]]))
  is<DStream<[string, number]>>()(lines.mapPartitions(
    function* (values) { for (const l of values) yield [l, 1] as [string, number] }))
  is<DStream<number>>()(lines.mapAsync(async l => l.length))
  is<DStream<string[]>>()(lines.glom())
}
