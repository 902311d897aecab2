import { commitDirectory, replaceFile, temporaryDirectory } from '../../lib/disk/atomic-replace'
import { CrashingDisk } from '../../lib/disk/crashing-disk'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import type { Disk } from '../../lib/disk/disk'

const content = async (disk: Disk, file: string) => Buffer.from(await disk.readFile(file)).toString()

async function writeParts(disk: Disk, temporary: string, parts: string[]): Promise<void> {
  await disk.remove(temporary)
  await disk.makeDirectory(temporary)
  for (const [index, part] of parts.entries()) {
    const handle = await disk.openAppend(`${temporary}/part-0000${index}`)
    await handle.append(Buffer.from(part))
    await handle.sync()
    await handle.close()
  }
}

async function save(disk: Disk, final: string, parts: string[], replace: boolean): Promise<void> {
  const temporary = temporaryDirectory(final, '1')
  await writeParts(disk, temporary, parts)
  await commitDirectory(disk, temporary, final, { replace })
}

/** Runs `program` with the power failing at each of its operations, and looks at what is left. */
async function sweep(prepare: (disk: CrashingDisk) => Promise<void>, program: (disk: CrashingDisk) => Promise<void>,
  look: (disk: CrashingDisk, isDone: boolean) => Promise<void>): Promise<number> {
  let crashes = 0
  for (let n = 1; ; n++) {
    for (let seed = 0; seed < 12; seed++, crashes++) {
      const disk = new CrashingDisk()
      await prepare(disk)
      disk.haltAt(n)
      const isDone = await program(disk).then(() => true, () => false)
      disk.crash(seed * 1000 + n)
      await look(disk, isDone)
      if (isDone && seed === 11) return crashes
    }
  }
}

describe('replaceFile', () => {
  it('replaces, and leaves nothing else', async () => {
    const disk = new MemoryDisk()
    await replaceFile(disk, '/a', Buffer.from('one'))
    await replaceFile(disk, '/a', Buffer.from('two'))
    expect(await content(disk, '/a')).toBe('two')
    expect(await disk.list('/')).toEqual(['a'])
  })

  it('leaves the old file or the new after every crash, and the new once it resolved', async () => {
    const crashes = await sweep(
      disk => replaceFile(disk, '/a', Buffer.from('old'.repeat(500))),
      disk => replaceFile(disk, '/a', Buffer.from('new'.repeat(500))),
      async (disk, isDone) => {
        const found = await content(disk, '/a')
        if (isDone) expect(found).toBe('new'.repeat(500))
        else expect(['old'.repeat(500), 'new'.repeat(500)]).toContain(found)
      })
    expect(crashes).toBeGreaterThan(60)
  })

  it('keeps the old file when the disk is full', async () => {
    const disk = new CrashingDisk()
    await replaceFile(disk, '/a', Buffer.from('old'))
    disk.failAt(3, 'ENOSPC')
    await expect(replaceFile(disk, '/a', Buffer.from('new'))).rejects.toMatchObject({ kind: 'no space' })
    expect(await content(disk, '/a')).toBe('old')
    await replaceFile(disk, '/a', Buffer.from('new'))
    expect(await content(disk, '/a')).toBe('new')
  })
})

describe('commitDirectory', () => {
  it('shows all parts at once, with _SUCCESS', async () => {
    const disk = new MemoryDisk()
    await save(disk, '/out/result', ['a', 'b'], false)
    expect(await disk.list('/out')).toEqual(['result'])
    expect(await disk.list('/out/result')).toEqual(['_SUCCESS', 'part-00000', 'part-00001'])
  })

  it('refuses a folder, or a file, that is there, and leaves it', async () => {
    const disk = new MemoryDisk()
    await save(disk, '/out', ['a'], false)
    await expect(save(disk, '/out', ['b'], false)).rejects.toMatchObject({
      code: 'MR_FILE_ALREADY_EXISTS', message: 'Output directory /out already exists',
    })
    expect(await content(disk, '/out/part-00000')).toBe('a')
    await replaceFile(disk, '/file', Buffer.from('x'))
    await expect(save(disk, '/file', ['b'], false)).rejects.toMatchObject({ code: 'MR_FILE_ALREADY_EXISTS' })
  })

  it('replaces all of an old result, also when it had more parts', async () => {
    const disk = new MemoryDisk()
    await save(disk, '/out', ['a', 'b', 'c'], true)
    await save(disk, '/out', ['d'], true)
    expect(await disk.list('/out')).toEqual(['_SUCCESS', 'part-00000'])
    expect(await disk.list('/')).toEqual(['out'])
  })

  it('shows the whole result or none of it after every crash', async () => {
    await sweep(async () => undefined, disk => save(disk, '/out', ['a'.repeat(700), 'b'], false), async (disk, isDone) => {
      if (await disk.stat('/out') === undefined) return expect(isDone).toBe(false)
      expect(await disk.list('/out')).toEqual(['_SUCCESS', 'part-00000', 'part-00001'])
      expect(await content(disk, '/out/part-00000')).toBe('a'.repeat(700))
    })
  })

  it('shows the old result, the new, or none after every crash while it replaces, and a rerun makes it right', async () => {
    await sweep(disk => save(disk, '/out', ['old', 'old'], true), disk => save(disk, '/out', ['new'], true), async (disk, isDone) => {
      if (await disk.stat('/out') !== undefined) {
        const parts = (await disk.list('/out')).length
        expect([2, 3]).toContain(parts)
        expect(await content(disk, '/out/part-00000')).toBe(parts === 2 ? 'new' : 'old')
        if (isDone) expect(parts).toBe(2)
      } else expect(isDone).toBe(false)
      await save(disk, '/out', ['new'], true)
      expect(await disk.list('/out')).toEqual(['_SUCCESS', 'part-00000'])
      expect((await disk.list('/')).filter(name => !name.startsWith('_temporary'))).toEqual(['out'])
    })
  })
})
