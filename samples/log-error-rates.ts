/** Reads the log lines of several services and warns of those whose rate of errors is too high. */
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const linesPerBatch = 40
const alarmRate = 0.2

/** A made-up log: `bakery` breaks in the third batch, and some lines are damaged. */
function logLines(batch: number): string[] {
  return Array.from({ length: linesPerBatch }, (_, i) => {
    if (i % 19 === 18) return 'garbage'
    const service = ['mill', 'bakery', 'shop'][i % 3]!
    const status = (service === 'bakery' && batch >= 2 && i % 2 === 0) || i % 17 === 0 ? 500 : 200
    return `10:00:${String(i).padStart(2, '0')} ${service} GET /order/${i} ${status} ${20 + i}ms`
  })
}

interface Tally { readonly lines: number, readonly errors: number, readonly slowestMs: number }

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('LogErrorRates'), Milliseconds(250))
  const lines = ssc.queueStream([0, 1, 2, 3].map(logLines))

  const requests = lines.flatMap(line => {
    const match = /^\S+ (\w+) \w+ \S+ (\d{3}) (\d+)ms$/.exec(line)
    return match === null ? [] : [{ service: match[1]!, status: Number(match[2]), ms: Number(match[3]) }]
  })
  const tallies = requests
    .map(({ service, status, ms }): [string, Tally] =>
      [service, { lines: 1, errors: status >= 500 ? 1 : 0, slowestMs: ms }])
    .reduceByKeyAndWindow((a, b) => ({
      lines: a.lines + b.lines, errors: a.errors + b.errors, slowestMs: Math.max(a.slowestMs, b.slowestMs),
    }), Milliseconds(500))

  tallies.foreachRDD(async (rdd, time) => {
    console.log(`the half second before ${time}:`)
    for (const [service, { lines, errors, slowestMs }] of await rdd.sortByKey().collect()) {
      const rate = errors / lines
      const alarm = rate > alarmRate ? '  ALARM' : ''
      const percent = (100 * rate).toFixed(1).padStart(5)
      console.log(`  ${service.padEnd(8)}${percent} % errors of ${lines}, slowest ${slowestMs} ms${alarm}`)
    }
  })
  stopAfter(ssc, 4)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
