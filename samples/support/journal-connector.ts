/**
 * A connector of one's own, whole: a source whose batches are ranges of a journal, and a sink that puts each batch into it exactly once.
 * docs/writing-a-connector.md goes through it line by line.
 */
import {
  ReplayableInputDStream, optionTable, requireOptions, type PlanHints, type RDD, type SinkBatch, type SinkPartition, type SinkStart,
  type StreamingContext, type Time, type TransactionalSink,
} from 'millrace'

/** What `journalStream` can be told. */
export interface JournalOptions {
  readonly maxLinesPerBatch?: number
  readonly startAt?: 'beginning' | 'end'
  readonly numPartitions?: number
}

type CheckedOptions = Required<JournalOptions>

const options = optionTable('journalStream', {
  maxLinesPerBatch: { kind: 'integer', default: 10_000, minimum: 1, unit: 'lines', doc: 'No batch has more.' },
  startAt: { kind: 'string', default: 'beginning', values: ['beginning', 'end'], doc: 'Where a program starts that is not recovered.' },
  numPartitions: { kind: 'integer', default: 2, minimum: 1, doc: 'In so many parts tasks read a batch.' },
})

/** Lines `from` to `until` - 1 of the journal. */
interface Lines { readonly from: number, readonly until: number }

/** The lines of a journal, each batch those that have come since the one before. */
export function journalStream(ssc: StreamingContext, url: string, given: JournalOptions = {}): JournalInputDStream {
  return new JournalInputDStream(ssc, url, requireOptions<CheckedOptions>('journalStream', options, given))
}

export class JournalInputDStream extends ReplayableInputDStream<string, Lines> {
  constructor(context: StreamingContext, private readonly url: string, private readonly options: CheckedOptions) {
    super(context, 'journalStream')
  }

  /** Asked once a batch: what belongs to it. It rejects while the journal is away; then the next batch has it all. */
  protected async plan(_time: Time, { previous, maxRecords = Infinity }: PlanHints<Lines>): Promise<Lines> {
    const { startAt, maxLinesPerBatch } = this.options
    const end = Number(await call(`${this.url}/end`))
    const from = previous?.until ?? (startAt === 'end' ? end : 0)
    // The journal only grows. If it is shorter, it is another one: to go on would leave lines out without a word.
    if (end < from) throw new Error(`the journal at ${this.url} ends at line ${end}, the batch before ended at ${from}`)
    return { from, until: Math.min(end, from + Math.min(maxLinesPerBatch, maxRecords)) }
  }

  /** What a plan says, as an RDD: tasks read it, wherever they run, and read the same however often. */
  protected read({ from, until }: Lines): RDD<string> {
    const { url, options: { numPartitions } } = this
    const size = Math.ceil((until - from) / numPartitions)
    const parts = Array.from({ length: numPartitions }, (_, i) => ({ from: from + i * size, until: Math.min(until, from + (i + 1) * size) }))
    return this.context.sparkContext.parallelize(parts, numPartitions).mapPartitions(async part => {
      const lines: string[] = []
      for (const each of part) if (each.until > each.from) lines.push(...await linesOf(`${url}/lines?from=${each.from}&until=${each.until}`))
      return lines
    })
  }

  /** Listeners, and backpressure, go by it. */
  protected override records({ from, until }: Lines): number { return until - from }

  protected override metadata({ from, until }: Lines): Record<string, unknown> { return { Description: `lines ${from} to ${until} of ${this.url}` } }
}

/** What begin gives to the others: plain data, for it goes to the tasks. */
interface Batch { readonly id: string }
/** What commits a batch, also in another process. */
interface Token extends Batch { readonly parts: readonly string[] }

/** Puts every batch into a journal's results, once and as a whole. */
export class JournalSink implements TransactionalSink<string, Batch, string, Token> {
  private prefix = ''

  constructor(private readonly url: string) {}

  /** What an earlier life has put aside, and is not to be committed, belongs to batches that run again. */
  async start({ application, outputId, prepared }: SinkStart<Token>): Promise<void> {
    this.prefix = `${application}-${outputId}-`
    const kept = new Set(prepared.map(({ id }) => id))
    for (const id of await linesOf(`${this.url}/parts`)) if (id.startsWith(this.prefix) && !kept.has(id)) await this.abort({ id })
  }

  /** The same batch has the same name in every attempt and every life. */
  async begin({ timeMs }: SinkBatch): Promise<Batch> {
    const batch = { id: `${this.prefix}${timeMs}` }
    await this.abort(batch)
    return batch
  }

  /** Runs in the task, in another thread: here is nothing but what travelled, and no open connection. */
  async write({ id }: Batch, { index, attemptId }: SinkPartition, elements: Iterable<string>): Promise<string> {
    const part = `${index}-${attemptId}`
    const body = [...elements].map(element => `${JSON.stringify(element)}\n`).join('')
    await call(`${this.url}/parts/${encodeURIComponent(id)}/${part}`, 'PUT', body)
    return part
  }

  /** Of several attempts at a partition only the one that counts is named here. */
  prepare({ id }: Batch, parts: readonly string[]): Token { return { id, parts } }

  /** The journal knows batches by their names: one that it has is not there twice. */
  async commit({ id, parts }: Token): Promise<void> {
    await call(`${this.url}/commit/${encodeURIComponent(id)}`, 'POST', parts.map(part => `${part}\n`).join(''))
  }

  async abort({ id }: Batch): Promise<void> { await call(`${this.url}/parts/${encodeURIComponent(id)}`, 'DELETE') }
}

/** An answer, or an error that says who did not give it. Nothing waits for ever. */
async function call(url: string, method = 'GET', body?: string): Promise<string> {
  const response = await fetch(url, { method, ...body === undefined ? {} : { body }, signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`)
  return response.text()
}

async function linesOf(url: string): Promise<string[]> { return (await call(url)).split('\n').filter(line => line !== '') }
