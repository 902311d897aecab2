/** A job in words: its stages from the last to the first, the operators of each, and on request the loops generated for them. */
import { explainLoop } from '../loop/compile'
import type { Fragment, LoopEnd } from '../loop/loop-builder'
import { writeByteLoop } from '../loop/recognise/byte-loop'
import { collectSink } from '../rdd/actions/collect'
import type { ShuffleArguments } from '../rdd/plan'
import type { RDD } from '../rdd/rdd'
import { isPersisted, resolveChain } from './chain'
import { bucketSink, combineSink } from './shuffle/sinks'

export function explain(rdd: RDD<any>, withCode: boolean): string {
  const lines: string[] = []
  const seen = new Set<RDD<any>>()
  explainStage(rdd, { sink: collectSink, args: null }, `result: ${rdd.site}`, withCode, lines, seen)
  return lines.join('\n')
}

function explainStage(rdd: RDD<any>, end: LoopEnd, title: string, withCode: boolean, lines: string[], seen: Set<RDD<any>>): void {
  const partitions = rdd.getNumPartitions()
  lines.push(`stage of ${partitions} ${partitions === 1 ? 'task' : 'tasks'}, ${title}`)
  const shuffles = new Set<RDD<any>>()
  explainChain(rdd, end, withCode, lines, shuffles, new Set())
  for (const shuffle of shuffles) {
    if (seen.has(shuffle)) continue
    seen.add(shuffle)
    explainStage(shuffle.node.parents[0]!, mapEnd(shuffle), `map side of ${shuffle.site}`, withCode, lines, seen)
  }
}

/** The loops of a stage: the last one first, then those of what it reads partition by partition. */
function explainChain(
  rdd: RDD<any>, end: LoopEnd | undefined, withCode: boolean, lines: string[], shuffles: Set<RDD<any>>, seen: Set<RDD<any>>, computing?: RDD<any>,
): void {
  if (rdd.getNumPartitions() === 0 || seen.has(rdd)) return
  seen.add(rdd)
  const { head, fragments, sites } = resolveChain(rdd, 0, computing)
  const { definition, parents } = head.node
  const isRead = isPersisted(head) && head !== computing
  const names = sites.map((site, index) => index === 0 ? `${isRead ? 'blocks of ' : ''}${definition.kind} (${site})` : site.toString())
  lines.push(`  ${[...names, ...(end === undefined ? [] : [end.sink.kind])].join(' -> ')}`)
  if (withCode) lines.push(...codeOf(fragments, end).split('\n').map(line => `    ${line}`))
  if (definition.form === 'shuffle') shuffles.add(head)
  else if (isRead) explainChain(head, { sink: collectSink, args: null }, withCode, lines, shuffles, new Set(), head)
  else if (definition.form === 'partition') for (const parent of parents) explainChain(parent, undefined, withCode, lines, shuffles, seen)
}

function codeOf(fragments: readonly Fragment[], end: LoopEnd | undefined): string {
  const bytes = end === undefined ? undefined : writeByteLoop(fragments, end)
  const loop = explainLoop(fragments, 'array', end)
  return bytes === undefined ? loop : `${loop}\n// Over text, as every function is recognised:\n${bytes.text}`
}

function mapEnd(shuffle: RDD<any>): LoopEnd {
  const { aggregator, mapSideCombine } = shuffle.node.args as ShuffleArguments
  const { operator } = shuffle.site
  if (aggregator === undefined || mapSideCombine !== true) return { sink: bucketSink, args: { operator } }
  return { sink: combineSink, args: { create: aggregator.create, mergeValue: aggregator.mergeValue, operator } }
}
