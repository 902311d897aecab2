/** print: the first elements of every batch on standard output, to the byte as Spark has it. */
import { masters } from '../../support/contexts'
import { thrown } from '../../support/operator-cases'
import { printedBy, withStreaming } from '../../support/streams'

const rule = '-------------------------------------------'

async function printed(master: string, batches: unknown[][], num?: number): Promise<string> {
  return withStreaming(master, async ({ ssc, runBatches }) => {
    const stream = ssc.queueStream(batches)
    if (num === undefined) stream.print()
    else stream.print(num)
    await ssc.start()
    return printedBy(() => runBatches(batches.length))
  })
}

describe.each(masters)('print on %s', master => {
  test('a heading with the time, the elements, an empty line', async () => {
    expect(await printed(master, [['a', 'b'], []])).toBe(
      `${rule}\nTime: 1000 ms\n${rule}\na\nb\n\n${rule}\nTime: 2000 ms\n${rule}\n\n`)
  })

  test('ten elements and dots when there are more', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => index)
    expect(await printed(master, [eleven.slice(0, 10)]))
      .toBe(`${rule}\nTime: 1000 ms\n${rule}\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n\n`)
    expect(await printed(master, [eleven])).toBe(
      `${rule}\nTime: 1000 ms\n${rule}\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n...\n\n`)
  })

  test.each([
    [0, '...\n'], [1, '1\n...\n'], [2, '1\n2\n'], [3, '1\n2\n'],
  ])('as many as it is told: %d', async (num, lines) => {
    expect(await printed(master, [[1, 2]], num)).toBe(`${rule}\nTime: 1000 ms\n${rule}\n${lines}\n`)
  })

  test.each<[unknown, string]>([
    ['plain', 'plain'], ['', ''], [['a', 1], '(a,1)'], [['a', [1, 'x']], '(a,(1,x))'],
    [['a', [1, undefined]], '(a,(1,None))'],
    [[1, 2, 3], '[1, 2, 3]'], [[1], '[1]'], [{ name: 'a', n: 1 }, '{"name":"a","n":1}'], [10n, '10'],
    [new Uint8Array([1, 255]), '01ff'],
    [new Date(0), '1970-01-01T00:00:00.000Z'], [null, 'null'], [undefined, 'None'], [Number.NaN, 'NaN'],
  ])('%p is shown as %s', async (element, text) => {
    expect(await printed(master, [[element]])).toBe(`${rule}\nTime: 1000 ms\n${rule}\n${text}\n\n`)
  })

  test('an element with line breaks stays as it is', async () => {
    expect(await printed(master, [['a\nb']])).toBe(`${rule}\nTime: 1000 ms\n${rule}\na\nb\n\n`)
  })

  test('looks at no more partitions than it needs', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const seen = ssc.sparkContext.longAccumulator()
      ssc.queueStream([ssc.sparkContext.parallelize([1, 2, 3, 4], 4)]).map(n => {
        seen.add(1)
        return n
      }).print(0)
      await ssc.start()
      await printedBy(() => runBatches(1))
      expect(seen.value).toBe(1)
    })
  })

  test('a number that is no count is refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([[1]])
      expect(thrown(() => stream.print(-1)).message)
        .toMatch(/print: the number of elements must be a whole number, 0 or more, got -1/)
      expect(thrown(() => stream.print('3' as never)).message).toMatch(/got "3"/)
    })
  })
})
