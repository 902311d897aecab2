/**
 * Log files that appear in a folder become Parquet, a folder an hour: `hour=2026-01-01T07/part-...`. What does not parse goes
 * to a folder of JSON lines, so that nothing is lost in silence.
 *
 * Needs two more packages: npm install hyparquet hyparquet-writer
 * Without arguments it makes its own log files. With two, it reads and writes there, until it is stopped:
 *   millrace run samples/logs-to-hourly-parquet.ts s3://logs/incoming s3://logs/hourly
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { Milliseconds, Seconds, StreamingContext, type SparkContext } from 'millrace'
import { settings } from './support/settings'

interface Hit { readonly at: Date, readonly host: string, readonly path: string, readonly status: number, readonly bytes: bigint | null }

const line = /^(\S+) (\S+) "(?:GET|POST) (\S+)" (\d{3}) (\d+|-)$/
const schema = { at: 'timestamp not null', host: 'string', path: 'string', status: 'smallint', bytes: 'bigint' }

/** The hit of a line, or the line where it is none. */
function parse(text: string): Hit | string {
  const [, at, host, path, status, bytes] = line.exec(text) ?? []
  const time = new Date(at ?? '')
  if (Number.isNaN(time.getTime())) return text
  return { at: time, host: host!, path: path!, status: Number(status), bytes: bytes === '-' ? null : BigInt(bytes!) }
}

function hourly(ssc: StreamingContext, incoming: string, output: string): void {
  ssc.textFileStream(incoming).map(parse).foreachRDD(async (parsed, time) => {
    if (await parsed.isEmpty()) return
    parsed.cache()
    const hits = parsed.filter(hit => typeof hit !== 'string').map(hit => hit as Hit)
    const hours = await hits.map(hit => hit.at.toISOString().slice(0, 13)).distinct().collect()
    for (const hour of hours.sort()) {
      // Batch and hour name the folder: a batch that runs again replaces what it wrote.
      const folder = `${output}/hour=${hour}/batch-${time.milliseconds}`
      await hits.filter(hit => hit.at.toISOString().startsWith(hour)).coalesce(1).saveAsParquetFile(folder, { schema })
    }
    const wrong = parsed.filter(hit => typeof hit === 'string')
    if (!await wrong.isEmpty()) await wrong.coalesce(1).saveAsJsonFile(`${output}/wrong/batch-${time.milliseconds}`)
    parsed.unpersist()
  })
}

/** A file must appear whole: it is written aside and renamed into the folder. */
async function deliver(folder: string, name: string, text: string): Promise<void> {
  const aside = path.join(folder, `.${name}`)
  await fs.writeFile(aside, name.endsWith('.gz') ? gzipSync(text) : text)
  await fs.rename(aside, path.join(folder, name))
}

async function report(sc: SparkContext, output: string): Promise<void> {
  for (const hour of (await fs.readdir(output)).filter(name => name.startsWith('hour=')).sort()) {
    const hits = sc.parquetFile<Hit>(`${output}/${hour}/batch-*`, { columns: ['status', 'bytes'] })
    const bytes = await hits.map(hit => Number(hit.bytes ?? 0n)).sum()
    console.log(`${hour}: ${await hits.count()} hits, ${await hits.filter(hit => hit.status >= 500).count()} errors, ${bytes} bytes`)
  }
  console.log(`not understood: ${JSON.stringify(await sc.jsonFile<string>(`${output}/wrong/batch-*`).collect())}`)
}

async function main(): Promise<void> {
  const [incoming, output] = process.argv.slice(2)
  if (incoming !== undefined && output !== undefined) {
    const ssc = new StreamingContext(settings('LogsToHourlyParquet').setIfMissing('spark.hadoop.validateOutputSpecs', 'false'), Seconds(60))
    hourly(ssc, incoming, output)
    await ssc.start()
    return ssc.awaitTermination()
  }
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  await fs.mkdir(path.join(folder, 'incoming'))
  const ssc = new StreamingContext(settings('LogsToHourlyParquet').setIfMissing('spark.hadoop.validateOutputSpecs', 'false'), Milliseconds(300))
  hourly(ssc, path.join(folder, 'incoming'), path.join(folder, 'hourly'))
  await ssc.start()
  await delay(300)
  await deliver(path.join(folder, 'incoming'), 'mill-1.log',
    '2026-01-01T07:58:01Z mill "GET /flour" 200 512\n2026-01-01T07:59:59Z mill "GET /bran" 503 -\nthe wheel squeaks\n')
  await delay(300)
  await deliver(path.join(folder, 'incoming'), 'mill-2.log.gz',
    '2026-01-01T07:59:59.900Z race "GET /flour" 200 512\n2026-01-01T08:00:00Z race "POST /orders" 201 64\n')
  await ssc.awaitTerminationOrTimeout(700)
  await ssc.stop(false, true)
  await report(ssc.sparkContext, path.join(folder, 'hourly'))
  await ssc.sparkContext.stop()
  await fs.rm(folder, { recursive: true })
}

void main()
