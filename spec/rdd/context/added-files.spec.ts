/**
 * addFile and SparkFiles: found by name in tasks, in a folder that nobody else can read, gone when the
 * context stops.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SparkFiles } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'millrace-spec-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

function file(name: string, text = name): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe.each(masters)('addFile on %s', master => {
  it('gives tasks and the driver a copy', () => withSpark(master, async sc => {
    const given = file('names.txt', 'ann\nbob')
    sc.addFile(given)
    writeFileSync(given, 'changed')
    expect(await sc.parallelize([1, 2], 2).map(() => readFileSync(SparkFiles.get('names.txt'), 'utf8'))
      .collect()).toEqual(['ann\nbob', 'ann\nbob'])
    expect(SparkFiles.get('names.txt')).toBe(join(SparkFiles.getRootDirectory(), 'names.txt'))
    expect([sc.files, sc.listFiles()]).toEqual([[given], [given]])
  }))

  it('takes relative paths, file URLs and odd names', () => withSpark(master, sc => {
    sc.addFile(relative(process.cwd(), file('a.txt')))
    sc.addFile(pathToFileURL(file('b c#.txt')).href)
    sc.addFile(file('__proto__'))
    for (const name of ['a.txt', 'b c#.txt', '__proto__']) {
      expect(readFileSync(SparkFiles.get(name), 'utf8')).toBe(name)
    }
  }))

  it('takes folders when asked to', () => withSpark(master, sc => {
    mkdirSync(join(folder, 'planets', 'outer'), { recursive: true })
    file('planets/mars')
    file('planets/outer/neptune')
    expect(() => sc.addFile(join(folder, 'planets')))
      .toThrow(/is a directory and recursive is not turned on\./)
    sc.addFile(join(folder, 'planets'), true)
    expect(readFileSync(SparkFiles.get('planets/outer/neptune'), 'utf8')).toBe('planets/outer/neptune')
  }))

  it('takes the same path again with a warning, the same name with the same bytes, and no others', () => withSpark(master, sc => {
    const first = file('x', 'one')
    sc.addFile(first)
    sc.addFile(first)
    mkdirSync(join(folder, 'other'))
    sc.addFile(file('other/x', 'one'))
    mkdirSync(join(folder, 'third'))
    expect(() => sc.addFile(file('third/x', 'two')))
      .toThrow(/File x exists and does not match contents of .*third/)
    expect(readFileSync(SparkFiles.get('x'), 'utf8')).toBe('one')
    expect(sc.files.length).toBe(2)
  }))

  it('refuses what is not there or cannot be fetched', () => withSpark(master, sc => {
    expect(() => sc.addFile(join(folder, 'none'))).toThrow(/none: not found \(ENOENT\)/)
    expect(() => sc.addFile('https://example.org/x')).toThrow(/addFile cannot fetch https URLs/)
    expect(() => sc.addFile(null as any)).toThrow(/addFile: file cannot be null/)
    expect(() => sc.addFile('')).toThrow(/needs the path of a file, got ""/)
    expect(sc.files).toEqual([])
  }))

  it('keeps the copies to itself and removes them', async () => {
    const root = await withSpark(master, sc => {
      sc.addFile(file('secret'))
      expect(statSync(SparkFiles.getRootDirectory()).mode & 0o777).toBe(0o700)
      return SparkFiles.getRootDirectory()
    })
    expect(existsSync(root)).toBe(false)
    expect(() => SparkFiles.get('secret')).toThrow(/SparkFiles needs an active SparkContext/)
  })

  it('keeps jars as they are given', () => withSpark(master, sc => {
    sc.addJar('lib/x.jar')
    sc.addJar('lib/x.jar')
    expect([sc.jars, sc.listJars()])
      .toEqual([['a.jar', 'b.jar', 'lib/x.jar'], ['a.jar', 'b.jar', 'lib/x.jar']])
    expect(() => sc.addJar(null as any)).toThrow(/addJar: file cannot be null/)
  }, { 'spark.jars': 'a.jar, b.jar' }))
})
