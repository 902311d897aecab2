import { CrashingDisk } from '../../lib/disk/crashing-disk'
import { describeDisk } from './disk-contract'

describeDisk('CrashingDisk', async () => {
  const disk = new CrashingDisk()
  await disk.makeDirectory('/work')
  return { disk, root: '/work' }
})

const content = async (disk: CrashingDisk, file: string) => Buffer.from(await disk.readFile(file)).toString()

async function written(disk: CrashingDisk, file: string, text: string) {
  const handle = await disk.openAppend(file)
  await handle.append(Buffer.from(text))
  return handle
}

/** What the disk shows after each of many crashes of the same program. */
async function outcomes(program: (disk: CrashingDisk) => Promise<void>, look: (disk: CrashingDisk) => Promise<unknown>) {
  const seen = new Set<string>()
  for (let seed = 0; seed < 200; seed++) {
    const disk = new CrashingDisk()
    await program(disk)
    disk.crash(seed)
    seen.add(JSON.stringify(await look(disk)))
  }
  return [...seen].sort()
}

describe('CrashingDisk', () => {
  it('keeps what was synced, with its name, whatever the seed', async () => {
    expect(await outcomes(async disk => {
      await (await written(disk, '/a', 'safe')).sync()
      await disk.syncDirectory('/')
    }, disk => content(disk, '/a'))).toEqual(['"safe"'])
  })

  it('may lose a file whose name was not synced, though its bytes were', async () => {
    expect(await outcomes(async disk => { await (await written(disk, '/a', 'safe')).sync() }, disk => disk.list('/')))
      .toEqual(['["a"]', '[]'])
  })

  it('keeps, drops, cuts, zeroes or garbles what was not synced', async () => {
    const before = 'x'.repeat(100)
    const seen = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const disk = new CrashingDisk()
      const handle = await written(disk, '/a', before)
      await handle.sync()
      await disk.syncDirectory('/')
      await handle.append(Buffer.from('y'.repeat(2000)))
      disk.crash(seed)
      const after = (await content(disk, '/a'))
      expect(after.slice(0, 100)).toBe(before)
      const rest = after.slice(100)
      if (rest === '') seen.add('dropped')
      else if (rest === 'y'.repeat(2000)) seen.add('kept')
      else if (/^y+$/.test(rest)) {
        expect((100 + rest.length) % 512).toBe(0)
        seen.add('cut')
      } else if (/^\0+$/.test(rest)) seen.add('zeroed')
      else seen.add('garbled')
    }
    expect([...seen].sort()).toEqual(['cut', 'dropped', 'garbled', 'kept', 'zeroed'])
  })

  it('may keep a later write and lose an earlier one', async () => {
    const seen = await outcomes(async disk => {
      const handle = await written(disk, '/a', 'one')
      await disk.syncDirectory('/')
      await handle.append(Buffer.from('two'))
    }, disk => content(disk, '/a'))
    expect(seen).toContain('"\\u0000\\u0000\\u0000two"')
  })

  it('does a rename whole or not at all', async () => {
    expect(await outcomes(async disk => {
      await (await written(disk, '/old', 'old')).sync()
      await (await written(disk, '/new', 'new')).sync()
      await disk.syncDirectory('/')
      await disk.rename('/new', '/old')
    }, async disk => [await disk.list('/'), await content(disk, '/old')]))
      .toEqual(['[["new","old"],"old"]', '[["old"],"new"]'])
  })

  it('may keep a later name and lose an earlier one, but not what it depends on', async () => {
    const seen = await outcomes(async disk => {
      await written(disk, '/a', '')
      await written(disk, '/b', '')
      await disk.rename('/a', '/c')
    }, disk => disk.list('/'))
    expect(seen).toEqual(['["a","b"]', '["a"]', '["b","c"]', '["b"]', '["c"]', '[]'])
  })

  it('moves a name between folders whole, whichever is synced', async () => {
    for (const synced of ['/x', '/y']) {
      expect(await outcomes(async disk => {
        await disk.makeDirectory('/x')
        await disk.makeDirectory('/y')
        await written(disk, '/x/a', '')
        await disk.rename('/x/a', '/y/b')
        await disk.syncDirectory(synced)
      }, async disk => [await disk.list('/x'), await disk.list('/y')])).toEqual(['[[],["b"]]'])
    }
  })

  it('may bring back what was removed, until the folder is synced', async () => {
    const program = async (disk: CrashingDisk) => {
      await disk.makeDirectory('/d')
      await (await written(disk, '/d/a', 'x')).sync()
      await disk.syncDirectory('/d')
      await disk.remove('/d')
    }
    const list = async (disk: CrashingDisk) => await disk.stat('/d') === undefined ? 'gone' : disk.list('/d')
    expect(await outcomes(program, list)).toEqual(['"gone"', '["a"]', '[]'])
    expect(await outcomes(async disk => {
      await program(disk)
      await disk.syncDirectory('/')
    }, list)).toEqual(['"gone"'])
  })

  it('stops at the operation it is told, and not before', async () => {
    const disk = new CrashingDisk()
    const handle = await written(disk, '/a', 'one')
    expect(disk.operationCount).toBe(2)
    disk.haltAt(2)
    await handle.append(Buffer.from('two'))
    expect(disk.isWithoutPower).toBe(false)
    await expect(handle.sync()).rejects.toThrow('input/output')
    expect(disk.isWithoutPower).toBe(true)
    await expect(disk.stat('/a')).rejects.toMatchObject({ cause: { message: 'the power failed' } })
    expect(disk.operationCount).toBe(4)
    disk.crash(1)
    await disk.stat('/a')
    await expect(handle.sync()).rejects.toMatchObject({ errno: 'EBADF' })
  })

  it('may have done the operation at which the power failed', async () => {
    const seen = await outcomes(async disk => {
      disk.haltAt(1)
      await disk.makeDirectory('/a').catch(() => undefined)
    }, disk => disk.list('/'))
    expect(seen).toEqual(['["a"]', '[]'])
  })

  it('fails the operation it is told, once, a write half done', async () => {
    const disk = new CrashingDisk()
    const handle = await written(disk, '/a', 'one')
    disk.failAt(1, 'ENOSPC')
    await expect(handle.append(Buffer.from('twotwo'))).rejects.toMatchObject({ kind: 'no space' })
    expect(await content(disk, '/a')).toBe('onetwo')
    disk.failAt(2, 'EIO')
    await disk.list('/')
    await expect(disk.list('/')).rejects.toMatchObject({ kind: 'input/output' })
    await disk.list('/')
    expect(() => disk.failAt(0, 'EIO')).toThrow('counted from 1')
  })

  it('does not make durable with a second sync what the first failed to', async () => {
    const seen = await outcomes(async disk => {
      const handle = await written(disk, '/a', 'one')
      await disk.syncDirectory('/')
      disk.failAt(1, 'EIO')
      await handle.sync().catch(() => undefined)
      await handle.append(Buffer.from('two'))
      await handle.sync()
    }, disk => content(disk, '/a'))
    expect(seen).toContain('"\\u0000\\u0000\\u0000two"')
    expect(seen).toContain('"onetwo"')
  })

  it('gives the same outcome for the same seed', async () => {
    const run = async (seed: number) => {
      const disk = new CrashingDisk({ nowMs: () => 0 })
      for (const name of ['a', 'b', 'c']) await written(disk, `/${name}`, name.repeat(3000))
      disk.crash(seed)
      const names = await disk.list('/')
      return Promise.all(names.map(async name => [name, await content(disk, `/${name}`)]))
    }
    for (let seed = 0; seed < 20; seed++) expect(await run(seed)).toEqual(await run(seed))
  })
})
