/** The layers of ARCHITECTURE.md: imports point to the same layer or a lower one, and plans never import engines. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { importsOf, root, sourcesBelow, type Import, type Source } from './sources'

const architecture = fs.readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8')

/** Folder to layer, from the table in ARCHITECTURE.md. */
const layers = new Map<string, number>()
for (const [, layer, places] of architecture.matchAll(/^\| (\d) \| ([^|]+) \|/gm)) {
  for (const [, place] of places!.matchAll(/`(lib\/[^`]+)`/g)) layers.set(place!, Number(layer))
}

const engines = ['lib/local', 'lib/loop']
const plans = ['lib/rdd', 'lib/streaming', 'lib/connect']

/** Exceptions, each with its reason. */
const allowed = new Map<string, string>([
  ['lib/cli/shell.ts -> lib/index.ts', 'the words of the shell are the public names, all of them'],
])

const sources = sourcesBelow('lib')
const folderOf = (file: string): string => file.split('/').length === 2 ? file : file.split('/').slice(0, 2).join('/')

interface Edge extends Import { readonly source: Source, readonly target: string }

const edges: Edge[] = sources.flatMap(source => importsOf(source).flatMap(each => {
  if (each.file === undefined || !each.file.startsWith('lib/')) return []
  return [{ ...each, source, target: folderOf(each.file) }]
}))

const text = ({ source, line, file }: Edge): string => `${source.file}:${line} imports ${file}`
const unless = (edge: Edge): boolean => !allowed.has(`${edge.source.file} -> ${edge.file}`)

test('every folder of lib has its layer in ARCHITECTURE.md, and every folder of the table is there', () => {
  expect([...new Set(sources.map(source => folderOf(source.file)))].sort()).toEqual([...layers.keys()].sort())
})

test('imports point to the same layer or a lower one', () => {
  const wrong = edges.filter(edge => layers.get(edge.target)! > layers.get(folderOf(edge.source.file))!)
  expect(wrong.filter(unless).map(text)).toEqual([])
})

test('plans never import engines', () => {
  const wrong = edges.filter(edge => plans.includes(folderOf(edge.source.file)) && engines.includes(edge.target))
  expect(wrong.filter(unless).map(text)).toEqual([])
})

test('batches know nothing of streams', () => {
  const wrong = edges.filter(edge => folderOf(edge.source.file) === 'lib/rdd' && edge.target === 'lib/streaming')
  expect(wrong.filter(unless).map(text)).toEqual([])
})

test('whatever watches sees only events: the bus knows nobody', () => {
  const wrong = edges.filter(edge => folderOf(edge.source.file) === 'lib/events' && edge.target !== 'lib/events' && layers.get(edge.target)! > 0)
  expect(wrong.map(text)).toEqual([])
})

test('every import of a file of the package finds one', () => {
  expect(edges.filter(edge => !fs.existsSync(path.join(root, edge.file!))).map(text)).toEqual([])
})

test('every exception is still one', () => {
  const used = new Set(edges.map(edge => `${edge.source.file} -> ${edge.file}`))
  expect([...allowed.keys()].filter(each => !used.has(each))).toEqual([])
})
