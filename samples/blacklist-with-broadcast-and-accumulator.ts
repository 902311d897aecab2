/** Drops the words of a blacklist, which tasks have by broadcast, and counts them with an accumulator. */
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const lines = [['a mill and a wheel'], ['the water of the race', 'flour and bran'], ['the end']]

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('BlacklistWithBroadcastAndAccumulator'), Milliseconds(300))
  const blacklist = ssc.sparkContext.broadcast(new Set(['a', 'and', 'of', 'the']))
  const dropped = ssc.sparkContext.longAccumulator('dropped words')

  const words = ssc.queueStream(lines).flatMap(line => line.split(' '))
  const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.foreachRDD(async (rdd, time) => {
    const kept = await rdd.filter(([word, count]) => {
      if (!blacklist.value.has(word)) return true
      // Exact in actions; in a transformation that is computed twice it would count twice.
      dropped.add(count)
      return false
    }).collect()
    const shown = kept.map(([word, count]) => `${word} ${count}`).sort().join(', ')
    console.log(`batch at ${time}: ${shown}; dropped so far: ${dropped.value}`)
  })
  stopAfter(ssc, lines.length)

  await ssc.start()
  await ssc.awaitTermination()
  console.log(`Dropped ${dropped.value} words in all.`)
}

void main()
