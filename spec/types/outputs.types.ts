/** What outputs take, to the compiler: sinks of the stream's elements, and the third argument of foreachRDD's function. */
import { duckDBSink, type BatchOutput, type DStream, type TransactionalSink } from '../../lib/index'
import { is } from './same'

declare const words: DStream<string>
declare const pairs: DStream<[string, number]>
declare const ofStrings: TransactionalSink<string, { id: number }, number, string>
declare const ofAnything: TransactionalSink

export function outputs(): void {
  words.saveTo(ofStrings)
  words.saveTo(ofAnything, { uid: 'words' })
  pairs.saveTo(ofAnything)
  // @ts-expect-error: the sink takes strings.
  pairs.saveTo(ofStrings)
  // @ts-expect-error: an output has no such option.
  words.saveTo(ofStrings, { id: 'words' })

  pairs.saveTo(duckDBSink('f', 't', { columns: { word: 'VARCHAR' }, key: ['word'] }))
  pairs.saveTo(duckDBSink<[string, number]>('f', 't', { row: ([word, count]) => [word.length, count + 1] }))
  // @ts-expect-error: a key is a list of columns.
  duckDBSink('f', 't', { key: 'word' })

  words.foreachRDD((rdd, time, output) => {
    is<BatchOutput>()(output)
    const isDone = output.once([time.milliseconds, 'a'], () => rdd.count())
    is<Promise<boolean>>()(isDone)
  }, { uid: 'words' })
  words.foreachRDD(rdd => rdd.count())
}
