/** What a function of mapWithState is given of a key's state: good for the one call that it is given to. */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError, IllegalStateError, NoSuchElementError } from '../../base/errors'
import { show } from '../../base/show'

/** How a state is when the call begins. */
export type StateBeginning = 'unset' | 'set' | 'timingOut'

/** What the call did to the state; `read` is a value that is an object, which may have been changed in place. */
export type StateChange = 'none' | 'read' | 'updated' | 'removed'

/**
 * The state of one key, in a function of `mapWithState`. What the function does to it holds when the function has
 * returned; afterwards this object may not be used any more. Counterpart: org.apache.spark.streaming.State.
 * @example
 * ```ts
 * import { StateSpec, type State } from 'millrace'
 * const runningSum = StateSpec.function((word: string, one: number | undefined, state: State<number>) => {
 *   const sum = (state.getOption() ?? 0) + (one ?? 0)
 *   state.update(sum)
 *   return [word, sum]
 * })
 * ```
 */
export class State<S> {
  private value: S | undefined
  private isSet: boolean
  private isTiming: boolean
  private change: StateChange = 'none'
  private isOpen = true

  /** Internal: states are made by mapWithState. */
  constructor(value?: S, beginning: StateBeginning = 'unset') {
    this.value = value
    this.isSet = beginning !== 'unset'
    this.isTiming = beginning === 'timingOut'
  }

  /** True when the key has a state: it had one, or `update` was called, and `remove` was not. */
  exists(): boolean {
    if (!this.isOpen) throw isOver('exists')
    return this.isSet
  }

  /**
   * The state. Throws NoSuchElementError when there is none.
   */
  get(): S {
    if (!this.isOpen) throw isOver('get')
    if (!this.isSet) {
      throw new NoSuchElementError('State is not set', {
        at: CallSite.capture('State.get').toString(), hint: 'Ask exists() first, or use getOption(), which gives undefined.',
      })
    }
    return this.read()
  }

  /** The state, or undefined when there is none. */
  getOption(): S | undefined {
    if (!this.isOpen) throw isOver('getOption')
    return this.isSet ? this.read() : undefined
  }

  private read(): S {
    if (this.change === 'none' && typeof this.value === 'object') this.change = 'read'
    return this.value as S
  }

  /**
   * Sets the state. Throws IllegalArgumentError after `remove`, and when the state is timing out.
   */
  update(value: S): void {
    if (!this.isOpen) throw isOver('update')
    if (this.change === 'removed') throw refused('update', 'Cannot update the state after it has been removed')
    if (this.isTiming) throw refused('update', 'Cannot update the state that is timing out')
    this.value = value
    this.isSet = true
    this.change = 'updated'
  }

  /**
   * Removes the state: the key has none from now on. Throws IllegalArgumentError when it was removed before, and when it
   * is timing out, for then it is removed anyway.
   */
  remove(): void {
    if (!this.isOpen) throw isOver('remove')
    if (this.isTiming) throw refused('remove', 'Cannot remove the state that is timing out')
    if (this.change === 'removed') throw refused('remove', 'Cannot remove the state that has already been removed')
    this.value = undefined
    this.isSet = false
    this.change = 'removed'
  }

  /** True when this call is the last for the key: it was idle for longer than the time-out, and is gone afterwards. */
  isTimingOut(): boolean {
    if (!this.isOpen) throw isOver('isTimingOut')
    return this.isTiming
  }

  /** The state as text, or `<state not set>`. */
  toString(): string { return this.isSet ? show(this.value) : '<state not set>' }

  /** Internal: ends the time in which `state` may be used, and tells what was done to it. */
  static end(state: State<unknown>): StateChange {
    state.isOpen = false
    return state.change
  }

  /** Internal: what an ended state holds. */
  static valueOf(state: State<unknown>): unknown { return state.value }
}

function refused(method: string, message: string): IllegalArgumentError {
  return new IllegalArgumentError(message, { at: CallSite.capture(`State.${method}`).toString() })
}

function isOver(method: string): IllegalStateError {
  return new IllegalStateError(`State.${method}: this State belongs to a call that has returned; it cannot be used afterwards`, {
    at: CallSite.capture(`State.${method}`).toString(),
    hint: 'Take what you need with get() or getOption() while the function of mapWithState runs, and keep that.',
  })
}
