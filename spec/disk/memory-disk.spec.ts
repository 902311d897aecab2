import { MemoryDisk } from '../../lib/disk/memory-disk'
import { describeDisk } from './disk-contract'

describeDisk('MemoryDisk', async () => {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/work')
  return { disk, root: '/work' }
})

describe('MemoryDisk', () => {
  it('takes its times from the clock it is given', async () => {
    let nowMs = 1_000
    const disk = new MemoryDisk({ nowMs: () => nowMs })
    const handle = await disk.openAppend('/a')
    expect((await disk.stat('/a'))!.modifiedMs).toBe(1_000)
    nowMs = 2_000.5
    await handle.append(new Uint8Array(1))
    expect((await disk.stat('/a'))!.modifiedMs).toBe(2_000)
    disk.setModified('/a', 5)
    expect((await disk.stat('/a'))!.modifiedMs).toBe(5)
    expect(() => disk.setModified('/none', 5)).toThrow('not found')
  })

  it('does not remove its root, nor move it', async () => {
    const disk = new MemoryDisk()
    await expect(disk.remove('/')).rejects.toMatchObject({ code: 'MR_DISK' })
  })

  it('keeps an open handle on a file that is renamed or removed', async () => {
    const disk = new MemoryDisk()
    const handle = await disk.openAppend('/a')
    await disk.rename('/a', '/b')
    await handle.append(Buffer.from('x'))
    expect(Buffer.from(await disk.readFile('/b')).toString()).toBe('x')
    const reading = await disk.openRead('/b')
    await disk.remove('/b')
    expect((await reading.read(0, 1)).length).toBe(1)
  })
})
