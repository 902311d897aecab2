/**
 * Broadcast values and accumulators, made known to engines whose tasks run elsewhere: functions that captured one carry
 * its kind and number only, and the engine takes care of the rest.
 */
export interface SharedVariable {
  readonly kind: 'broadcast' | 'accumulator'
  readonly id: number
  /** What a thread needs to make its own copy. */
  travellingValue(): unknown
}

type Listener = (variable: SharedVariable) => void

const listeners = new Set<Listener>()

/** Calls `listener` with every shared variable made from now on, until the returned function is called. */
export function onSharedVariable(listener: Listener): () => void {
  listeners.add(listener)
  return () => { listeners.delete(listener) }
}

/** Called by each shared variable when it is made. */
export function announceSharedVariable(variable: SharedVariable): void {
  for (const listener of listeners) listener(variable)
}

type Rebuild = (id: number, value: unknown) => object

const rebuilders = new Map<string, Rebuild>()

/** Says how a thread makes its own copy of a kind of shared variable from what travelled. Called by the kind's own file. */
export function registerSharedVariable(kind: SharedVariable['kind'], rebuild: Rebuild): void { rebuilders.set(kind, rebuild) }

/** A thread's own copy of a shared variable. */
export function rebuildSharedVariable(kind: string, id: number, value: unknown): object { return rebuilders.get(kind)!(id, value) }
