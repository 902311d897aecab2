import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { DiskError } from '../../lib/disk/disk'
import { realDisk } from '../../lib/disk/real-disk'
import { describeDisk } from './disk-contract'

const made: string[] = []

function freshFolder(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-'))
  made.push(root)
  return root
}

afterAll(() => { for (const root of made) fs.rmSync(root, { recursive: true, force: true }) })

describeDisk('realDisk', async () => ({ disk: realDisk, root: freshFolder() }))

describe('realDisk', () => {
  it('makes private files and folders for their owner alone', async () => {
    const root = freshFolder()
    await realDisk.makeDirectory(path.join(root, 'a', 'b'), { isPrivate: true })
    const handle = await realDisk.openAppend(path.join(root, 'a', 'f'), { isPrivate: true })
    await handle.close()
    expect(fs.statSync(path.join(root, 'a', 'b')).mode & 0o777).toBe(0o700)
    expect(fs.statSync(path.join(root, 'a', 'f')).mode & 0o777).toBe(0o600)
    expect((await realDisk.stat(root))!.ownerId).toBe(process.getuid!())
  })

  it('removes a folder in which files are made meanwhile', async () => {
    const folder = path.join(freshFolder(), 'written')
    await realDisk.makeDirectory(folder)
    await (await realDisk.openAppend(path.join(folder, 'first'))).close()
    const make = async (): Promise<void> => { for (let i = 0; i < 5; i++) await (await realDisk.openAppend(path.join(folder, `${i}`))).close() }
    await Promise.all([make().catch((error: unknown) => expect(error).toMatchObject({ kind: 'not found' })), realDisk.remove(folder)])
    expect(await realDisk.stat(folder)).toBeUndefined()
  })

  it('gives the reason and a hint', async () => {
    const error: unknown = await realDisk.openAppend('/proc/nothing/here').catch(refused => refused)
    expect(error).toBeInstanceOf(DiskError)
    expect(error).toMatchObject({ code: 'MR_DISK', path: '/proc/nothing/here', cause: expect.anything() })
    expect(new DiskError('write to', '/x', 'ENOSPC')).toMatchObject({ kind: 'no space', hint: expect.stringContaining('Make room') })
  })

  it('does not swallow a refusal to look', async () => {
    const root = freshFolder()
    const loop = path.join(root, 'loop')
    fs.symlinkSync(loop, loop)
    await expect(realDisk.stat(loop)).rejects.toMatchObject({ errno: 'ELOOP', kind: 'input/output' })
  })
})
