/** The operators of a program that have something in a checkpoint folder: inputs and durable states, by their ids. */
import { HashPartitioner } from '../../rdd/partitioner'
import type { DStreamGraph } from '../graph'
import type { InputDStream } from '../input-dstream'
import { nameStores } from '../state/store-names'
import type { StateDStream } from '../state/state-dstream'
import type { OperatorRecord } from './events'

export interface ProgramOperators {
  readonly inputs: ReadonlyMap<string, InputDStream<any>>
  readonly states: ReadonlyMap<string, StateDStream>
  readonly records: readonly OperatorRecord[]
}

/** Throws IllegalArgumentError when two operators have one uid. */
export function operatorsOf(graph: DStreamGraph): ProgramOperators {
  nameStores(graph.states)
  const inputs = new Map(graph.inputs.map(input => [idOfInput(graph, input), input] as const))
  const states = new Map(graph.states.filter(state => state.isDurable).map(state => [state.store, state] as const))
  const records: OperatorRecord[] = [...inputs].map(([id, { site }]) => ({ id, form: 'input', operator: site.operator, at: site.location }))
  for (const [id, { site, operator, partitioner }] of states) {
    records.push({
      id, form: 'state', operator, at: site.location, partitions: partitioner.numPartitions, isHashed: partitioner instanceof HashPartitioner,
    })
  }
  return { inputs, states, records }
}

/** The uid, or the operator and its number among the inputs of its kind. */
function idOfInput({ inputs }: DStreamGraph, input: InputDStream<any>): string {
  if (input.ownId !== undefined) return input.ownId
  const same = inputs.filter(({ site }) => site.operator === input.site.operator)
  return `${input.site.operator}-${same.indexOf(input)}`
}
