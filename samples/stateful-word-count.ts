/** Counts words over all batches: updateStateByKey looks at every word each time, mapWithState at those that came. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Milliseconds, StateSpec, StreamingContext, type State } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const lines = ['the mill and the wheel', 'the race', 'the mill turns the wheel', 'water and flour']

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('StatefulWordCount'), Milliseconds(250))
  // A program that is to go on after a restart names a folder of its own here.
  const folder = mkdtempSync(join(tmpdir(), 'millrace-stateful-'))
  ssc.checkpoint(folder)
  const words = ssc.queueStream(lines.map(line => [line])).flatMap(line => line.split(' ')).map(word => [word, 1])

  // Every word so far, at every batch. The words of earlier runs could stand in the initial states.
  const earlier = ssc.sparkContext.parallelize<[string, number]>([['the', 100]])
  const totals = words.updateStateByKey(
    (ones, total: number | undefined) => ones.reduce((a, b) => a + b, total ?? 0), { initialRDD: earlier })
  totals.transform(rdd => rdd.sortBy(([word, total]) => [-total, word])).print()

  // One line for each word that came.
  const seen = words.mapWithState(StateSpec.function((word, one, state: State<number>) => {
    const count = (state.getOption() ?? 0) + (one ?? 0)
    state.update(count)
    return count === 1 ? `${word} is new` : `${word} came ${count} times`
  }))
  seen.print(20)
  stopAfter(ssc, lines.length)

  await ssc.start()
  await ssc.awaitTermination()
  rmSync(folder, { recursive: true })
}

void main()
