/** Counts the words of the last second, twice a second: a window that slides over smaller batches. */
import { Milliseconds, Seconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const lines = [
  'the mill', 'the wheel', 'the race', 'the mill turns', 'the wheel turns', 'the water', 'the flour',
  'the end',
]

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('WindowedWordCount'), Milliseconds(250))
  const words = ssc.queueStream(lines.map(line => [line])).flatMap(line => line.split(' '))

  // Four batches make a window, and a new one begins every two: each batch is counted in two windows.
  const pairs = words.map(word => [word, 1])
  const counts = pairs.reduceByKeyAndWindow((a, b) => a + b, Seconds(1), Milliseconds(500))
  counts.transform(rdd => rdd.sortBy(([word, count]) => [-count, word])).print()
  stopAfter(ssc, 5)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
