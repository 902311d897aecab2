import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { expandPaths, globExpression } from '../../lib/disk/glob'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import { realDisk } from '../../lib/disk/real-disk'

async function diskWith(...files: string[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  for (const file of files) {
    await disk.makeDirectory(path.dirname(file))
    await disk.openAppend(file)
  }
  return disk
}

const expand = async (files: string[], pattern: string) => expandPaths(await diskWith(...files), pattern)

describe('expandPaths', () => {
  it('takes a file as it is, and a folder for its files, sorted, without hidden ones', async () => {
    const files = ['/d/b', '/d/a', '/d/.x.crc', '/d/_SUCCESS', '/d/A', '/e']
    expect(await expand(files, '/d/a')).toEqual(['/d/a'])
    expect(await expand(files, '/d')).toEqual(['/d/A', '/d/a', '/d/b'])
    expect(await expand(files, '/d/')).toEqual(['/d/A', '/d/a', '/d/b'])
    expect(await expand(files, '/d/_SUCCESS')).toEqual(['/d/_SUCCESS'])
    expect(await expand(['/d/_x'], '/d')).toEqual([])
  })

  it('takes several paths, in the order given, each as often as it is named', async () => {
    const files = ['/a/1', '/b/1', '/b/2']
    expect(await expand(files, '/b,/a')).toEqual(['/b/1', '/b/2', '/a/1'])
    expect(await expand(files, '/a , /a')).toEqual(['/a/1', '/a/1'])
  })

  it('takes globs in every segment', async () => {
    const files = ['/x/2024/a.txt', '/x/2024/b.csv', '/x/2025/a.txt', '/x/2026/c.txt', '/x/_tmp/a.txt', '/x/2024/.h.txt']
    expect(await expand(files, '/x/*/a.txt')).toEqual(['/x/2024/a.txt', '/x/2025/a.txt'])
    expect(await expand(files, '/x/202[45]/*.txt')).toEqual(['/x/2024/a.txt', '/x/2025/a.txt'])
    expect(await expand(files, '/x/202[^4]/?.txt')).toEqual(['/x/2025/a.txt', '/x/2026/c.txt'])
    expect(await expand(files, '/x/{2024,2026}/{a,c}.txt,/x/2025')).toEqual(['/x/2024/a.txt', '/x/2026/c.txt', '/x/2025/a.txt'])
    expect(await expand(files, '/x/202*')).toEqual(['/x/2024/a.txt', '/x/2024/b.csv', '/x/2025/a.txt', '/x/2026/c.txt'])
    expect(await expand(files, '/*/2024/*.txt')).toEqual(['/x/2024/a.txt'])
  })

  it('says what does not exist', async () => {
    await expect(expand([], '/none')).rejects.toMatchObject({ code: 'MR_INPUT_NOT_FOUND', message: 'Input path does not exist: /none' })
    await expect(expand(['/a/1'], '/a/1,none')).rejects.toMatchObject({ message: `Input path does not exist: ${path.resolve('none')}` })
    await expect(expand(['/a/1'], '/a/*.txt')).rejects.toMatchObject({ code: 'MR_INPUT_NOT_FOUND', message: 'Input Pattern /a/*.txt matches 0 files' })
    await expect(expand(['/a/1'], '/a/1/*')).rejects.toMatchObject({ code: 'MR_INPUT_NOT_FOUND' })
    await expect(expand([], '')).rejects.toMatchObject({ code: 'MR_ILLEGAL_ARGUMENT', message: 'Can not create a Path from an empty string' })
    await expect(expand([], ' , ')).rejects.toMatchObject({ code: 'MR_ILLEGAL_ARGUMENT' })
  })

  it('refuses a folder inside an input folder, as Spark does', async () => {
    await expect(expand(['/a/1', '/a/b/2'], '/a')).rejects.toMatchObject({ message: 'Not a file: /a/b' })
    expect(await expand(['/a/1', '/a/b/2'], '/a/*')).toEqual(['/a/1', '/a/b/2'])
    expect(await expand(['/a/1', '/a/_b/2'], '/a')).toEqual(['/a/1'])
  })

  it('takes file URLs and refuses other schemes', async () => {
    expect(await expand(['/a/1'], 'file:///a/1')).toEqual(['/a/1'])
    expect(await expand(['/a/1'], 'file:/a/*')).toEqual(['/a/1'])
    await expect(expand([], 'hdfs://host/a')).rejects.toMatchObject({ message: 'No FileSystem for scheme "hdfs": hdfs://host/a' })
  })

  it('takes a name that exists as it is written, whatever is in it', async () => {
    const files = ['/d/a[1].txt', '/d/a1.txt', '/d/x,y', '/d/{z}', '/d/line\nbreak', '/d/..x']
    expect(await expand(files, '/d/a[1].txt')).toEqual(['/d/a[1].txt'])
    expect(await expand(files, '/d/x\\,y')).toEqual(['/d/x,y'])
    expect(await expand(files, '/d/{z}')).toEqual(['/d/{z}'])
    expect(await expand(files, '/d/line*')).toEqual(['/d/line\nbreak'])
  })

  it('works relative to the working directory of the real disk', async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-'))
    try {
      fs.mkdirSync(path.join(root, 'in'))
      fs.writeFileSync(path.join(root, 'in', 'a.txt'), '')
      const relative = path.relative(process.cwd(), root)
      expect(await expandPaths(realDisk, `${relative}/*/a.*`)).toEqual([path.join(relative, 'in', 'a.txt')])
      fs.symlinkSync(path.join(root, 'loop'), path.join(root, 'loop'))
      await expect(expandPaths(realDisk, path.join(root, 'loop'))).rejects.toMatchObject({ code: 'MR_DISK' })
    } finally { fs.rmSync(root, { recursive: true }) }
  })
})

describe('globExpression', () => {
  it.each([
    ['*', 'a.b', true], ['a*', 'ba', false], ['?', 'ab', false], ['?', '😀', true], ['[a-c]', 'b', true], ['[!a]', 'a', false],
    ['[^a]', 'b', true], ['[]]', ']', true], ['a.b', 'axb', false], ['(a|b)', 'a', false], ['(a|b)', '(a|b)', true],
    ['{a,b}c', 'bc', true], ['{a,{b,c}}d', 'cd', true], ['\\*', '*', true], ['\\*', 'a', false], ['a,b', 'a,b', true],
    ['[', '[', true], ['a}', 'a}', true], ['$^+', '$^+', true], ['[\\d]', 'd', true], ['[a-]', '-', true], ['{,x}y', 'y', true],
  ])('%s on %s is %s', (glob, name, isMatch) => { expect(globExpression(glob).test(name)).toBe(isMatch) })

  it('refuses a brace that is not closed', () => {
    expect(() => globExpression('{a,b')).toThrow('the brace in {a,b is not closed')
  })
})
