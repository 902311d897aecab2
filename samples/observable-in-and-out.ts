/** Takes an rxjs Observable in and gives one out: clicks are counted by page, and rxjs keeps the totals. */
import { Milliseconds, StreamingContext } from 'millrace'
import { interval, map, scan, take } from 'rxjs'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const pages = ['/', '/flour', '/', '/bran', '/flour', '/']

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('ObservableInAndOut'), Milliseconds(300))

  const clicks = interval(10).pipe(take(100), map(i => ({ page: pages[i % pages.length]!, user: i % 7 })))
  const counts = ssc.observableStream(clicks).map(click => [click.page, 1]).reduceByKey((a, b) => a + b)

  const totals = counts.toObservable({ batches: true }).pipe(scan((sums, { values }) => {
    for (const [page, count] of values) sums.set(page, (sums.get(page) ?? 0) + count)
    return sums
  }, new Map<string, number>()))
  totals.subscribe({
    next(sums) {
      console.log('so far:', [...sums].sort().map(([page, count]) => `${page} ${count}`).join(', '))
    },
    complete: () => console.log('The stream has stopped, and the observable is complete.'),
  })
  stopAfter(ssc, 5)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
