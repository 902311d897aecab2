/**
 * Every golden program on every engine and parallelism in every mode, with batches cut into one or several partitions. A
 * program is a file in programs/ whose exports are golden programs; what is there is found.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { testStream, type StreamTestOptions } from '../../lib/testing/index'
import { masters } from '../support/contexts'
import { withFolder } from '../support/folders'
import { ReferenceStream } from '../support/reference-stream'
import type { GoldenProgram } from './golden'

type AnyProgram = GoldenProgram<any[], any>

const folder = path.join(__dirname, 'programs')
const programs: AnyProgram[] = fs.readdirSync(folder).sort().flatMap(file => Object.values(require(path.join(folder, file)) as Record<string, AnyProgram>))

/** How a program runs. A mode that recovers it onto another parallelism belongs here, once the test kit can. */
const modes: { readonly name: string, readonly partitions: readonly number[], readonly options: (batches: number) => Partial<StreamTestOptions> }[] = [
  { name: 'straight through', partitions: [1, 2, 5], options: () => ({}) },
  {
    name: 'recovered after every batch', partitions: [2],
    options: batches => ({ restartAfter: Array.from({ length: batches }, (_, i) => i) }),
  },
]

/** Elements without an order, as texts. Differences between 0 and -0 count. */
function bag(values: Iterable<unknown>): string[] { return [...values].map(value => textOf(value)).sort() }

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (
    typeof part === 'bigint' ? `${part}n` : part === undefined ? 'undefined' : typeof part === 'number' ? Object.is(part, -0) ? '-0' : String(part) : part))
}

function filesIn(at: string, names: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(names.map(name => [name, fs.readdirSync(path.join(at, name)).filter(part => part.startsWith('part-'))
    .flatMap(part => fs.readFileSync(path.join(at, name, part), 'utf8').split('\n').filter(line => line !== '')).sort()]))
}

const lengthOf = ({ batches, inputs }: AnyProgram): number => batches ?? Math.max(...inputs.map(input => input.length))

describe.each(masters)('golden programs on %s', master => {
  describe.each(modes)('$name', ({ options, partitions: counts }) => {
    test.each(programs.flatMap(program => counts.map(partitions => ({ name: program.name, program, partitions }))))(
      '$name, in $partitions partitions', ({ program, partitions }) => withFolder(async own => {
        program.prepare?.(own)
        const batches = lengthOf(program)
        const found = await testStream<any[], any>(program.inputs, (streams, ssc) => program.build(streams, ssc, own),
          { master, partitions, batches, ...options(batches) })
        if (program.isOrdered === true) expect(found).toEqual(program.expected)
        else expect(found.map(bag)).toEqual(program.expected.map(bag))
        const { files = {} } = program
        expect(filesIn(own, Object.keys(files))).toEqual(Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, [...lines].sort()])))
      }))
  })
})

describe('the reference interpreter comes to what is written by hand', () => {
  test.each(programs.filter(({ interpret }) => interpret !== undefined))('$name', program => {
    const streams = program.inputs.map(input => new ReferenceStream<any>(
      Array.from({ length: lengthOf(program) }, (_, index) => index < input.length ? input[index] : [])))
    const { results } = program.interpret!(streams)
    expect(results.map(bag)).toEqual(program.expected.map(bag))
  })
})
