import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { HandedFile, HandedFolders, removeHandedFile, ScratchFile } from '../../lib/disk/scratch'

let root: string
beforeEach(() => { root = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-')) })
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

describe('ScratchFile', () => {
  it('gives back what was appended, by position', () => {
    const file = new ScratchFile(root)
    const first = file.append(Buffer.from('hello'))
    const second = file.append(Buffer.from(''))
    const third = file.append(Buffer.alloc(300_000, 'x'))
    expect([first, second, third]).toEqual([{ offset: 0, length: 5 }, { offset: 5, length: 0 }, { offset: 5, length: 300_000 }])
    expect(file.sizeBytes).toBe(300_005)
    expect(Buffer.from(file.read(1, 3)).toString()).toBe('ell')
    expect(file.read(5, 300_000).every(byte => byte === 120)).toBe(true)
    expect(file.read(300_000, 100).length).toBe(5)
    expect(file.read(400_000, 1).length).toBe(0)
    file.remove()
    file.remove()
  })

  it('makes its folder when it is missing, and refuses use after removal', () => {
    const file = new ScratchFile(path.join(root, 'a', 'b'))
    file.remove()
    expect(() => file.append(Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'MR_DISK', errno: 'EBADF' }))
    expect(fs.readdirSync(path.join(root, 'a', 'b'))).toEqual([])
  })

  it('says where it could not be made', () => {
    fs.writeFileSync(path.join(root, 'file'), '')
    expect(() => new ScratchFile(path.join(root, 'file', 'x'))).toThrow(expect.objectContaining({ code: 'MR_DISK', operation: 'make folder' }))
  })

  it.each(['process.exit(3)', 'process.kill(process.pid, "SIGKILL")', 'throw new Error("x")'])('leaves nothing behind after %s', ending => {
    const program = `
      require('ts-node/register/transpile-only')
      const { ScratchFile } = require(${JSON.stringify(path.resolve('lib/disk/scratch'))})
      const file = new ScratchFile(${JSON.stringify(root)})
      file.append(Buffer.from('secret'))
      if (Buffer.from(file.read(0, 6)).toString() !== 'secret') process.exit(99)
      require('fs').writeFileSync(${JSON.stringify(path.join(root, 'ran'))}, '')
      ${ending}`
    expect(() => execFileSync(process.execPath, ['-e', program], { stdio: 'ignore' })).toThrow()
    expect(fs.readdirSync(root)).toEqual(['ran'])
  })
})

describe('files that are handed over', () => {
  test('are read where they are, until whoever has them removes them', () => {
    const folders = new HandedFolders([path.join(root, 'one'), path.join(root, 'two')], 'context')
    const file = new ScratchFile(folders.paths[1]!, true)
    const first = file.append(Buffer.from('first'))
    const second = file.append(Buffer.from('second'))
    const name = file.handOver()
    file.remove()
    const handed = new HandedFile(name)
    expect(Buffer.from(handed.read(second.offset, second.length)).toString()).toBe('second')
    expect(handed.read(first.offset, 1_000).length).toBe('firstsecond'.length)
    handed.close()
    handed.close()
    expect(() => handed.read(0, 1)).toThrow(expect.objectContaining({ code: 'MR_DISK', operation: 'read' }))
    removeHandedFile(name)
    removeHandedFile(name)
    expect(() => new HandedFile(name)).toThrow(expect.objectContaining({ code: 'MR_DISK', operation: 'open' }))
    expect(fs.readdirSync(folders.paths[1]!)).toEqual([])
    folders.remove()
    expect(fs.existsSync(folders.paths[1]!)).toBe(false)
    folders.remove()
  })

  test('are removed by their writer when nobody took them', () => {
    const file = new ScratchFile(path.join(root, 'kept'), true)
    file.append(Buffer.from('x'))
    expect(fs.existsSync(file.path)).toBe(true)
    file.remove()
    expect(fs.existsSync(file.path)).toBe(false)
  })
})
