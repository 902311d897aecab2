/** A system in memory and a replayable source of it, which can be told to do wrong in the ways that connectors do. */
import { ReplayableInputDStream, type PlanHints, type RDD, type StreamingContext, type Time } from '../../lib/index'

/** The system: a list that only grows, and that can be away. */
export class ListedSystem {
  readonly records: string[] = []
  isAway = false

  end(): number {
    if (this.isAway) throw new Error('the list is away')
    return this.records.length
  }
}

interface Range { readonly from: number, readonly until: number }

export type Fault = 'skips after failures' | 'overlaps' | 'reads anew' | 'leaves a timer' | 'hangs in stop' | 'forgets its plans' | 'ignores the rate' | 'counts wrongly' | 'invents'

export class ListedInputDStream extends ReplayableInputDStream<string, Range> {
  private timer: NodeJS.Timeout | undefined
  private planned = 0

  constructor(context: StreamingContext, private readonly system: ListedSystem, private readonly options: { readonly maxRecords?: number, readonly fault?: Fault | undefined } = {}) {
    super(context, 'listed')
  }

  override start(): void {
    if (this.options.fault === 'leaves a timer') this.timer = setInterval(() => {}, 10_000)
  }

  override async stop(): Promise<void> {
    if (this.options.fault === 'hangs in stop' && this.system.isAway) await new Promise(resolve => setTimeout(resolve, 600))
  }

  protected plan(_time: Time, { previous, maxRecords = Infinity }: PlanHints<Range>): Range {
    const { fault, maxRecords: most = Infinity } = this.options
    const at = fault === 'forgets its plans' ? this.planned : previous?.until ?? 0
    const from = fault === 'overlaps' ? Math.max(0, at - 1) : at
    let end: number
    try { end = this.system.end() } catch (error) {
      if (fault === 'skips after failures') return { from: at, until: this.planned = this.system.records.length }
      throw error
    }
    const until = fault === 'ignores the rate' ? end : Math.min(end, from + Math.min(most, maxRecords))
    this.planned = until
    return { from, until }
  }

  protected read({ from, until }: Range): RDD<string> {
    const { system, options: { fault } } = this
    if (fault === 'invents' && until === from) return this.context.sparkContext.parallelize(['invented'], 1)
    const records = fault === 'skips after failures' && system.isAway ? [] : system.records.slice(from, until)
    const rdd = this.context.sparkContext.parallelize(records, 2)
    return fault === 'reads anew' ? rdd.map(record => `${record}${performance.now()}`) : rdd
  }

  protected override records({ from, until }: Range): number { return this.options.fault === 'counts wrongly' ? 0 : until - from }

  dispose(): void { clearInterval(this.timer) }
}
