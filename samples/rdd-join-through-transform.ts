/** Joins every batch with a fixed data set, by transform: mail from known spam senders is dropped. */
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const mails = [
  ['ann: lunch at noon?', 'win-a-mill: you have won', 'bob: the wheel squeaks'],
  ['cheap-flour: only today', 'ann: noon it is', 'win-a-mill: last chance'],
]

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('RDDJoinThroughTransform'), Milliseconds(300))

  // An RDD of the same program: it could as well come from a file, and is computed once and kept.
  const reports = ssc.sparkContext.parallelize<[string, number]>(
    [['win-a-mill', 412], ['cheap-flour', 96], ['bob', 1]])
  const spammers = reports.filter(([, count]) => count > 50).cache()

  const bySender = ssc.queueStream(mails).map(mail => [mail.split(': ')[0]!, mail])
  const wanted = bySender
    .transform(rdd => rdd.leftOuterJoin(spammers))
    .filter(([, [, count]]) => count === undefined)
    .map(([, [mail]]) => mail)
  wanted.print()
  stopAfter(ssc, 2)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
