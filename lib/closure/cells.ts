/**
 * Variables that several captured functions share and one of them assigns: after the journey an assignment must still
 * be seen by the others. Two functions of one script that read the same value under the same name may hold one variable
 * or two; where that can matter it is settled by assigning a mark from one and looking from the other.
 */
import { viewFunction } from './inspector'
import { canProbe, probe } from './probe'
import { Refusal } from './refuse'
import type { Binding, Graph } from './graph'

/** Numbers the shared variables, and notes in the record of each function which of its variables they are. */
export function shareVariables(graph: Graph): void {
  let cellCount = 0
  for (const group of candidateGroups(graph.bindings)) {
    for (const sharers of separate(graph, group)) {
      if (sharers.length < 2) continue
      for (const binding of sharers) noteCell(graph, binding, cellCount)
      cellCount++
    }
  }
}

/** Bindings of one script, name and depth, of which at least one is assigned and there are several. */
function candidateGroups(bindings: readonly Binding[]): Binding[][] {
  const assigned = new Set(bindings.filter(binding => binding.isAssigned).map(keyOf))
  const groups = new Map<string, Binding[]>()
  for (const binding of bindings) {
    const key = keyOf(binding)
    if (!assigned.has(key)) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [binding])
    else group.push(binding)
  }
  return [...groups.values()].filter(group => group.length > 1)
}

function keyOf(binding: Binding): string { return `${binding.scriptId} ${binding.depth} ${binding.name}` }

function separate(graph: Graph, group: readonly Binding[]): Binding[][] {
  const { scopeKind } = group[0]!
  if (scopeKind === 'Module' || scopeKind === 'Script' || scopeKind === 'Global') return [[...group]]
  const variables: Binding[][] = []
  for (const binding of group) {
    const same = variables.find(([first]) => Object.is(first!.value, binding.value) && isSameVariable(graph, first!, binding))
    if (same === undefined) variables.push([binding])
    else same.push(binding)
  }
  return variables
}

function isSameVariable(graph: Graph, one: Binding, other: Binding): boolean {
  const [writer, reader] = canProbe(one.source) ? [one, other] : [other, one]
  if (!canProbe(writer.source)) return refuseUnclear(graph, one)
  const setter = `$value=>{${writer.name}=$value}`
  const assign: ((value: unknown) => void) | undefined = probe(writer.f, writer.source, setter)?.value
  if (assign === undefined) return refuseUnclear(graph, one)
  const mark = {}
  // A constant cannot be marked, and cannot change either.
  try { assign(mark) } catch { return true }
  try {
    const scopes = viewFunction(reader.f).scopes
    return scopes[scopes.length - reader.depth]?.variables[reader.name] === mark
  } finally {
    assign(writer.value)
  }
}

function refuseUnclear(graph: Graph, binding: Binding): never {
  graph.pointAt(binding.name, true, binding.node)
  throw new Refusal('a variable that several functions may share and assign',
    'Keep it in an object that they share: const state = { value: 0 }.')
}

function noteCell(graph: Graph, binding: Binding, cell: number): void {
  const record = graph.nodes[binding.node]!
  if (record[0] !== 'function' && record[0] !== 'class') return
  record[1].cells ??= record[1].variables.map(() => -1)
  record[1].cells[binding.index] = cell
}
