/** explain: stages last first, operators with their lines, loops on request; nothing runs. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('explain on %s', master => {
  test('names the stages and their operators with lines, and computes nothing', () => withSpark(master, sc => {
    const counts = sc.parallelize(['a b', 'b'], 2).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b, 3)
    const text = counts.mapValues(n => n + 1).explain()
    const line = /explain\.spec\.ts:\d+/.source
    expect(text.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^stage of 3 tasks, result: mapValues at ${line}$`)),
      expect.stringMatching(new RegExp(`^  shuffle \\(reduceByKey at ${line}\\) -> mapValues at ${line} -> collect$`)),
      expect.stringMatching(new RegExp(`^stage of 2 tasks, map side of reduceByKey at ${line}$`)),
      expect.stringMatching(new RegExp(`^  parallelize \\(parallelize at ${line}\\) -> flatMap at ${line} -> map at ${line} -> combine$`)),
    ])
  }))

  test('shows the generated loop, and the one over bytes where every function is recognised', () => withSpark(master, sc => {
    const counts = sc.parallelize(['a b']).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b)
    expect(counts.explain(true)).toMatch(/function millraceLoop\(input, partition/)
    expect(counts.explain(true)).toMatch(/Over text, as every function is recognised:\s+function millraceByteLoop/)
    const own = sc.parallelize(['a b']).filter(l => l.charCodeAt(0) > 5).map(w => [w, 1]).reduceByKey((a, b) => a + b)
    expect(own.explain(true)).not.toMatch(/millraceByteLoop/)
  }))

  test('shows the blocks that a persisted RDD is read from', () => withSpark(master, async sc => {
    const kept = sc.parallelize([1, 2]).map(n => n + 1).cache()
    expect(kept.filter(n => n > 1).explain()).toMatch(/blocks of map \(map at .*\) -> filter at .* -> collect\n {2}parallelize/)
  }))
})
