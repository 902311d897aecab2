/** The whole text of a refusal, the marks that refuse, and that a function is looked at no more often than needed. */
import { captureFunction } from '../../lib/closure/capture'
import { rebuildFunction } from '../../lib/closure/rebuild'
import { Inspection } from '../../lib/closure/inspector'
import { MillraceError, TaskNotSerializableError } from '../../lib/base/errors'
import * as net from 'node:net'

const at = { operator: 'flatMap', at: 'app.ts:12' }

function refusalOf(f: Function, options = at): TaskNotSerializableError {
  try { captureFunction(f, options) } catch (error) { return error as TaskNotSerializableError }
  throw new Error('it was captured')
}

const socket = new net.Socket()

describe('a refusal', () => {
  it('names the value, the way to it, the code, the place and what to do', () => {
    function makeMapper(options: { client: net.Socket }) { return (line: string) => options.client.write(line) }
    const error = refusalOf(makeMapper({ client: socket }))
    expect(error).toBeInstanceOf(TaskNotSerializableError)
    expect(error.message).toBe([
      'Task not serializable: options.client (a Socket), captured by the function given to flatMap at app.ts:12',
      '  path: makeMapper -> options.client',
      '  code: (line) => options.client.write(line)',
    ].join('\n'))
    expect(error.code).toBe('MR_TASK_NOT_SERIALIZABLE')
    expect(error.at).toBe('flatMap at app.ts:12')
    expect(error.hint).toBe('Open it inside mapPartitions, or pass what is needed to open it.')
  })

  it('names every function on the way', () => {
    const send = () => socket.end()
    const parts = [{ send }]
    const error = refusalOf(() => { parts[0]!.send() })
    expect(error.message).toContain('socket (a Socket), captured by')
    expect(error.message).toContain('path: parts[0].send -> socket')
  })

  it('names keys as one writes them', () => {
    const box = { 'a b': new Map<unknown, unknown>([['k', [new Set([socket])]]]) }
    expect(refusalOf(() => box).message).toContain('box["a b"]{"k"}[0]{an element} (a Socket)')
  })

  it('takes a place that names its operator already', () => {
    expect(refusalOf(() => socket, { operator: 'map', at: 'map at x.ts:1' }).at).toBe('map at x.ts:1')
  })

  it('gives the reason and the advice of an object that refuses by itself', () => {
    const mark = (value: string) => Object.defineProperty({}, Symbol.for('millrace.refuse'), { value })
    const context = mark('a SparkContext')
    expect(refusalOf(() => context).message).toContain('context (a SparkContext), captured')
    expect(refusalOf(() => context).hint).toMatch(/lives in the driver/)
    const stream = mark('a DStream: use foreachRDD')
    expect(refusalOf(() => stream).message).toContain('stream (a DStream), captured')
    expect(refusalOf(() => stream).hint).toBe('use foreachRDD')
  })

  it('is a MillraceError with its first line short enough to read', () => {
    const error = refusalOf(new Function('a', `return [a, eval('1'), '${'x'.repeat(500)}']`))
    expect(MillraceError.is(error)).toBe(true)
    expect(error.message).toContain('the function given to flatMap at app.ts:12 is a function that calls eval')
    expect(Math.max(...error.message.split('\n').map(line => line.length))).toBeLessThan(130)
  })
})

describe('capturing', () => {
  it('asks the inspector once for a function that captures nothing', () => {
    const make = () => (n: number) => Math.max(n, 2) * 2
    captureFunction(make(), { operator: 'map', at: 'once.ts:1' })
    const asked = jest.spyOn(Inspection.prototype, 'ask')
    const { bytes } = captureFunction(make(), { operator: 'map', at: 'once.ts:1' })
    expect(asked).not.toHaveBeenCalled()
    asked.mockRestore()
    expect(rebuildFunction(bytes)(1)).toBe(4)
  })

  it('is small for a small function', () => {
    const factor = 3
    expect(captureFunction((n: number) => n * factor, at).bytes.length).toBeLessThan(500)
  })

  it('gives the function that was given its own state in each place', () => {
    let count = 0
    const f = () => ++count
    const { bytes } = captureFunction(f, at)
    const [one, other] = [rebuildFunction(bytes), rebuildFunction(bytes)]
    expect([one(), one(), other(), f(), count]).toEqual([1, 2, 1, 1, 1])
  })

  it('carries a rebuilt function on', () => {
    const factor = 3
    const once = rebuildFunction(captureFunction((n: number) => n * factor, at).bytes)
    expect(rebuildFunction(captureFunction(once, at).bytes)(5)).toBe(15)
  })
})
