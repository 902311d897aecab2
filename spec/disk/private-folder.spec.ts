/** A folder of the process' own: private, filled by copying, gone when it is removed. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrivateFolder } from '../../lib/disk/private-folder'

let parent: string
beforeEach(() => { parent = mkdtempSync(join(tmpdir(), 'millrace-spec-')) })
afterEach(() => { rmSync(parent, { recursive: true, force: true }) })

describe('PrivateFolder', () => {
  it('keeps copies that only their owner can reach', () => {
    const folder = new PrivateFolder(join(parent, 'made', 'here'), 'files-')
    const source = join(parent, 'a.txt')
    writeFileSync(source, 'one')
    expect([folder.kindOf(source), folder.kindOf(parent), folder.has('a.txt')])
      .toEqual(['file', 'folder', false])
    folder.copyIn(source, 'a.txt')
    expect([folder.has('a.txt'), folder.holdsSame(source, 'a.txt')]).toEqual([true, true])
    writeFileSync(source, 'two')
    expect(folder.holdsSame(source, 'a.txt')).toBe(false)
    expect(readFileSync(join(folder.path, 'a.txt'), 'utf8')).toBe('one')
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    folder.remove()
    folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })

  it('says what is not there', () => {
    const folder = new PrivateFolder(parent, 'files-')
    expect(() => folder.kindOf(join(parent, 'none'))).toThrow(/Cannot look at .*none: not found \(ENOENT\)/)
    expect(() => folder.copyIn(join(parent, 'none'), 'x')).toThrow(/Cannot copy .*none/)
    folder.remove()
  })
})
