/** State: what each method gives and throws, in the beginning and after each change. */
import { State } from '../../../lib/index'
import { thrownBy } from '../../support/rdd-cases'

describe('State', () => {
  test('without a value', () => {
    const state = new State<number>()
    expect([state.exists(), state.getOption(), state.isTimingOut(), String(state)]).toEqual([false, undefined, false, '<state not set>'])
    expect(thrownBy(() => state.get())).toMatchObject({
      name: 'NoSuchElementError', code: 'MR_NO_SUCH_ELEMENT', message: 'State is not set', at: expect.stringMatching(/^State\.get at state\.spec\.ts:\d+$/),
    })
    expect(State.end(state)).toBe('none')
  })

  test('with a value', () => {
    const state = new State(5, 'set')
    expect([state.exists(), state.get(), state.getOption(), state.isTimingOut(), String(state)]).toEqual([true, 5, 5, false, '5'])
    expect(String(new State(['a', 1], 'set'))).toBe('(a,1)')
    expect(State.end(state)).toBe('none')
  })

  test('a value that is an object and was read may have been changed', () => {
    const state = new State({ n: 1 }, 'set')
    state.get().n = 2
    expect(State.end(state)).toBe('read')
  })

  test('updated', () => {
    const state = new State<number>()
    state.update(1)
    state.update(2)
    expect([state.exists(), state.get(), String(state)]).toEqual([true, 2, '2'])
    expect([State.end(state), State.valueOf(state)]).toEqual(['updated', 2])
  })

  test('updated with undefined it exists', () => {
    const state = new State<undefined>()
    state.update(undefined)
    expect([state.exists(), state.get(), State.end(state)]).toEqual([true, undefined, 'updated'])
  })

  test('removed', () => {
    const state = new State(5, 'set')
    state.update(6)
    state.remove()
    expect([state.exists(), state.getOption(), String(state)]).toEqual([false, undefined, '<state not set>'])
    expect(thrownBy(() => state.get()).message).toBe('State is not set')
    expect(thrownBy(() => state.update(1))).toMatchObject({ name: 'IllegalArgumentError', message: 'Cannot update the state after it has been removed' })
    expect(thrownBy(() => state.remove())).toMatchObject({ name: 'IllegalArgumentError', message: 'Cannot remove the state that has already been removed' })
    expect(State.end(state)).toBe('removed')
  })

  test('timing out', () => {
    const state = new State(5, 'timingOut')
    expect([state.exists(), state.get(), state.isTimingOut()]).toEqual([true, 5, true])
    expect(thrownBy(() => state.update(1))).toMatchObject({ name: 'IllegalArgumentError', message: 'Cannot update the state that is timing out' })
    expect(thrownBy(() => state.remove())).toMatchObject({ name: 'IllegalArgumentError', message: 'Cannot remove the state that is timing out' })
  })

  test('after its call every method says that it is over', () => {
    const state = new State(5, 'set')
    State.end(state)
    for (const use of [() => state.exists(), () => state.get(), () => state.getOption(), () => state.update(1), () => state.remove(), () => state.isTimingOut()]) {
      expect(thrownBy(use)).toMatchObject({ name: 'IllegalStateError', message: expect.stringMatching(/^State\.\w+: this State belongs to a call that has returned/) })
    }
    expect(String(state)).toBe('5')
  })
})
