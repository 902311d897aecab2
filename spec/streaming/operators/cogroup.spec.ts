/** cogroup: every key of both streams with the arrays of its values in each. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, hostileKeys, sorted } from '../../support/operator-cases'

const left: [string, number][] = [['a', 1], ['a', 2], ['b', 3]]
const right: [string, string][] = [['a', 'x'], ['c', 'y']]

describe.each(masters)('cogroup on %s', master => {
  test.each([1, 2, 5])('joins batch by batch in %d partitions', async partitions => {
    const results = await testStream<[[string, number], [string, string]], unknown>(
      [[left, [], []], [right, [], [['q', 'z']]]], ([a, b]) => a.cogroup(b, 3), { master, partitions })
    expect(sorted(results)).toEqual([
      [['a', [[1, 2], ['x']]], ['b', [[3], []]], ['c', [[], ['y']]]],
      [],
      [['q', [[], ['z']]]],
    ])
  })

  test.each(hostileKeys)('%p meets %p', async (a, b) => {
    const [joined] = await testStream<[[unknown, number], [unknown, number]], [unknown, unknown]>(
      [[[[a, 1]]], [[[b, 2]]]], ([x, y]) => x.cogroup(y, 2), { master })
    expect(joined!.map(([, both]) => both)).toEqual([[[1], [2]]])
  })

  test('a batch that one side does not have is an error that names the call', async () => {
    const error = await failure(testStream<[[string, number], [string, string]], unknown>(
      [[left], [undefined]], ([a, b]) => a.cogroup(b), { master }))
    expect(error).toMatchObject({
      message: "Couldn't generate RDD from parent at time 1000 ms",
      at: expect.stringMatching(/^cogroup at cogroup\.spec\.ts:\d+$/),
    })
  })

  test('what is no stream is refused at the call', async () => {
    const program = testStream<[[string, number]], unknown>(
      [[left]], ([a]) => a.cogroup([['a', 1]] as never), { master })
    await expect(program).rejects.toThrow(/cogroup: it takes a DStream, got an array of 1/)
  })
})
