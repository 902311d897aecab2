/** join: keys that both streams have in a batch, with every combination of their values. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, hostileKeys, sorted } from '../../support/operator-cases'

const left: [string, number][] = [['a', 1], ['a', 2], ['b', 3]]
const right: [string, string][] = [['a', 'x'], ['c', 'y']]

describe.each(masters)('join on %s', master => {
  test.each([1, 2, 5])('joins batch by batch in %d partitions', async partitions => {
    const results = await testStream<[[string, number], [string, string]], unknown>(
      [[left, [], []], [right, [], [['q', 'z']]]], ([a, b]) => a.join(b, 3), { master, partitions })
    expect(sorted(results)).toEqual([
      [['a', [1, 'x']], ['a', [2, 'x']]],
      [],
      [],
    ])
  })

  test.each(hostileKeys)('%p meets %p', async (a, b) => {
    const [joined] = await testStream<[[unknown, number], [unknown, number]], [unknown, unknown]>(
      [[[[a, 1]]], [[[b, 2]]]], ([x, y]) => x.join(y, 2), { master })
    expect(joined!.map(([, both]) => both)).toEqual([[1, 2]])
  })

  test('a batch that one side does not have is an error that names the call', async () => {
    const error = await failure(testStream<[[string, number], [string, string]], unknown>(
      [[left], [undefined]], ([a, b]) => a.join(b), { master }))
    expect(error).toMatchObject({
      message: "Couldn't generate RDD from parent at time 1000 ms",
      at: expect.stringMatching(/^join at join\.spec\.ts:\d+$/),
    })
  })

  test('what is no stream is refused at the call', async () => {
    const program = testStream<[[string, number]], unknown>(
      [[left]], ([a]) => a.join([['a', 1]] as never), { master })
    await expect(program).rejects.toThrow(/join: it takes a DStream, got an array of 1/)
  })
})
