/**
 * Local properties: inherited by what a flow starts, never seen by its neighbours; call sites by another
 * name.
 */
import { TaskContext } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('local properties on %s', master => {
  it('are set, read, inherited and removed', () => withSpark(master, async sc => {
    expect(sc.getLocalProperty('testProperty')).toBe(undefined)
    sc.setLocalProperty('testProperty', 'a')
    const child = async () => {
      const inherited = sc.getLocalProperty('testProperty')
      sc.setLocalProperty('testProperty', 'b')
      await undefined
      return [inherited, sc.getLocalProperty('testProperty')]
    }
    expect(await Promise.resolve().then(child)).toEqual(['a', 'b'])
    expect(sc.getLocalProperty('testProperty')).toBe('a')
    sc.setLocalProperty('testProperty', null)
    expect(sc.getLocalProperty('testProperty')).toBe(undefined)
  }))

  it('are gone, and cost nothing, when the context has stopped', async () => {
    let kept: () => string | undefined = () => 'never set'
    await withSpark(master, async sc => {
      sc.setLocalProperty('p', 'a')
      kept = () => sc.localProperties.get('p')
      expect(kept()).toBe('a')
      await sc.stop()
      expect(kept()).toBe(undefined)
    })
  })

  it('do not cross from one flow to another', () => withSpark(master, async sc => {
    const flow = async (value: string) => {
      await undefined
      sc.setLocalProperty('p', value)
      await new Promise(resolve => setImmediate(resolve))
      return sc.getLocalProperty('p')
    }
    expect(await Promise.all([flow('1'), flow('2')])).toEqual(['1', '2'])
    expect(sc.getLocalProperty('p')).toBe(undefined)
  }))

  it('are told to tasks, __proto__ included', () => withSpark(master, async sc => {
    sc.setLocalProperty('p', 'told')
    sc.setLocalProperty('__proto__', 'odd')
    expect(await sc.parallelize([1]).map(() =>
      [TaskContext.get()!.getLocalProperty('p'), TaskContext.get()!.getLocalProperty('__proto__')]).collect())
      .toEqual([['told', 'odd']])
  }))

  it('refuses what is no text', () => withSpark(master, sc => {
    expect(() => sc.setLocalProperty(1 as any, 'x')).toThrow(/the key must be a string, got 1/)
    expect(() => sc.setLocalProperty('x', 1 as any)).toThrow(/the value must be a string or null, got 1/)
  }))

  it('name jobs in place of the user\'s line', () => withSpark(master, async sc => {
    const names: string[] = []
    sc.addSparkListener({ onJobStart: ({ name }) => names.push(name) })
    sc.setCallSite('nightly report')
    await sc.parallelize([1]).count()
    sc.clearCallSite()
    await sc.parallelize([1]).count()
    expect(names).toEqual(
      ['nightly report', expect.stringMatching(/^count at local-property\.spec\.ts:\d+$/)])
  }))
})
