/** Who may write to a checkpoint folder: on this machine's files, and where other machines write too. */
import * as os from 'node:os'
import type { DiskRules } from '../../../lib/disk/disk'
import { MemoryDisk } from '../../../lib/disk/memory-disk'
import { CheckpointFolder } from '../../../lib/streaming/checkpoint/checkpoint-folder'
import { warningsOf } from '../../support/streams'

const kinds: [string, Partial<DiskRules>][] = [['of this machine', {}], ['that is shared', { isShared: true, logs: 'put' }]]

describe.each(kinds)('a folder %s', (_name, rules) => {
  let disk: MemoryDisk
  beforeEach(() => { disk = new MemoryDisk({ rules }) })

  /** As another process sees the disk: what this one holds is not known there. */
  const folder = (): CheckpointFolder => CheckpointFolder.of(Object.create(disk) as MemoryDisk, '/checkpoint')
  const lockBy = async (owner: object): Promise<void> => {
    await disk.makeDirectory('/checkpoint')
    await disk.put('/checkpoint/lock', Buffer.from(JSON.stringify(owner)))
  }

  test('is taken, says by whom, and is free again', async () => {
    const one = folder()
    await one.lock()
    expect(await one.owner()).toMatchObject({ pid: process.pid, host: os.hostname() })
    await expect(one.lock()).rejects.toThrow(`in use by another StreamingContext of this process (${process.pid})`)
    await one.unlock()
    expect(await disk.list('/checkpoint')).toEqual([])
    await one.lock()
  })

  test('is refused while a process of this machine lives, and taken over when it is dead', async () => {
    await lockBy({ pid: process.ppid, host: os.hostname() })
    await expect(folder().lock()).rejects.toMatchObject({ code: 'MR_CHECKPOINT', message: expect.stringContaining(`in use by process ${process.ppid}`) })
    await lockBy({ pid: 2 ** 30, host: os.hostname() })
    const one = folder()
    await one.lock()
    expect(await one.owner()).toMatchObject({ pid: process.pid })
  })

  test('is taken over from another machine, with a warning', async () => {
    await lockBy({ pid: 7, host: 'elsewhere' })
    const one = folder()
    const warnings = await warningsOf(() => one.lock())
    expect(warnings.join()).toContain('was in use on elsewhere by process 7; taking it over')
    expect(await one.owner()).toMatchObject({ host: os.hostname() })
  })

  test('has a lock that nobody can read: here that was cut off by a crash, on shared files somebody else wrote it', async () => {
    await disk.makeDirectory('/checkpoint')
    await disk.put('/checkpoint/lock', Buffer.from('{"pid":'))
    if (rules.isShared !== true) await folder().lock()
    else await expect(folder().lock()).rejects.toMatchObject({ code: 'MR_CHECKPOINT', hint: expect.stringContaining('remove /checkpoint/lock') })
  })
})

test('of two that come at once to a shared folder one is refused', async () => {
  const disk = new MemoryDisk({ rules: { isShared: true, logs: 'put' } })
  const folders = [1, 2, 3].map(() => CheckpointFolder.of(Object.create(disk) as MemoryDisk, '/checkpoint'))
  const taken = await Promise.all(folders.map(each => each.lock().then(() => true, error => {
    expect((error as Error).message).toContain('is in use by process')
    return false
  })))
  expect(taken.filter(each => each)).toHaveLength(1)
})
