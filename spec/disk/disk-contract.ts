/** What every Disk must do, as one body of specs that each implementation runs. */
import { DiskError, type Disk } from '../../lib/disk/disk'
import { joinPath } from '../../lib/disk/paths'

const bytes = (text: string) => Buffer.from(text)
const text = (found: Uint8Array) => Buffer.from(found).toString()

async function write(disk: Disk, file: string, content: string): Promise<void> {
  const handle = await disk.openAppend(file)
  await handle.append(bytes(content))
  await handle.sync()
  await handle.close()
}

async function kindOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(() => undefined, refused => refused)
  expect(error).toBeInstanceOf(DiskError)
  expect((error as DiskError).code).toBe('MR_DISK')
  return (error as DiskError).kind
}

/** In what a disk may differ, as docs/file-systems.md says of each. */
export interface DiskTraits {
  /** Readers see what was appended and not synced. */
  readonly showsUnsynced?: boolean
  /** A folder has to be made before there are files in it. */
  readonly hasFolders?: boolean
  /** A file that is renamed keeps the time of its last change. */
  readonly keepsTimes?: boolean
  /** Names may have line feeds in them. */
  readonly takesLineFeeds?: boolean
}

/** Runs the contract on the disks that `make` gives, each with an empty folder to work in. */
export function describeDisk(
  name: string, make: () => Promise<{ disk: Disk, root: string }>, { showsUnsynced = true, hasFolders = true, keepsTimes = true, takesLineFeeds = true }: DiskTraits = {},
): void {
  describe(`${name} as a Disk`, () => {
    let disk: Disk
    let root: string
    const at = (...names: string[]) => joinPath(root, ...names)

    beforeEach(async () => { ({ disk, root } = await make()) })

    it('appends, and reads the whole and by position', async () => {
      await write(disk, at('a'), 'hello ')
      await write(disk, at('a'), 'world')
      expect(text(await disk.readFile(at('a')))).toBe('hello world')
      const handle = await disk.openRead(at('a'))
      expect(await handle.size()).toBe(11)
      expect(text(await handle.read(6, 5))).toBe('world')
      expect(text(await handle.read(6, 100))).toBe('world')
      expect((await handle.read(11, 5)).length).toBe(0)
      expect((await handle.read(50, 5)).length).toBe(0)
      await handle.close()
    })

    it('appends nothing, and many pieces, in order', async () => {
      const handle = await disk.openAppend(at('a'))
      await handle.append(new Uint8Array(0))
      for (let i = 0; i < 100; i++) await handle.append(bytes(String(i % 10)))
      await handle.sync()
      await handle.close()
      expect(text(await disk.readFile(at('a')))).toBe('0123456789'.repeat(10))
    })

    it('shows appended bytes when they are synced, or before', async () => {
      const handle = await disk.openAppend(at('a'))
      await handle.append(bytes('x'))
      if (showsUnsynced) expect(text(await disk.readFile(at('a')))).toBe('x')
      await handle.sync()
      expect(text(await disk.readFile(at('a')))).toBe('x')
      await handle.append(bytes('y'))
      await handle.close()
      expect(text(await disk.readFile(at('a')))).toBe('xy')
    })

    it('does not keep the buffer that was appended', async () => {
      const buffer = bytes('abc')
      const handle = await disk.openAppend(at('a'))
      await handle.append(buffer)
      buffer.fill(0)
      await handle.close()
      expect(text(await disk.readFile(at('a')))).toBe('abc')
    })

    it('gives out bytes that nobody else holds', async () => {
      await write(disk, at('a'), 'abc')
      const found = await disk.readFile(at('a'))
      found.fill(0)
      const handle = await disk.openRead(at('a'))
      const part = await handle.read(0, 3)
      part.fill(0)
      expect(text(await handle.read(0, 3))).toBe('abc')
      await handle.close()
      expect(text(await disk.readFile(at('a')))).toBe('abc')
    })

    it('lists names sorted by code unit', async () => {
      const odd = takesLineFeeds ? 'a\nb' : 'a b'
      for (const file of ['b', 'a', 'B', '_', '.h', 'é', odd]) await write(disk, at(file), '')
      await disk.makeDirectory(at('c'))
      expect(await disk.list(root)).toEqual(['.h', 'B', '_', 'a', odd, 'b', 'c', 'é'])
    })

    it('tells size, kind and time', async () => {
      await write(disk, at('a'), 'abc')
      await disk.makeDirectory(at('folder'))
      const file = await disk.stat(at('a'))
      expect(file).toMatchObject({ sizeBytes: 3, isDirectory: false })
      expect(Number.isInteger(file!.modifiedMs)).toBe(true)
      expect(Math.abs(file!.modifiedMs - Date.now())).toBeLessThan(60_000)
      expect(await disk.stat(at('folder'))).toMatchObject({ isDirectory: true })
      expect(await disk.stat(at('none'))).toBeUndefined()
      expect(await disk.stat(at('a', 'below'))).toBeUndefined()
    })

    it('makes folders with those above, quietly when they are there', async () => {
      await disk.makeDirectory(at('x', 'y', 'z'))
      await disk.makeDirectory(at('x', 'y', 'z'), { isPrivate: true })
      expect(await disk.list(at('x', 'y'))).toEqual(['z'])
      await write(disk, at('file'), '')
      expect(['exists', 'not a directory']).toContain(await kindOf(disk.makeDirectory(at('file'))))
      expect(['exists', 'not a directory']).toContain(await kindOf(disk.makeDirectory(at('file', 'x'))))
    })

    it('renames files over files and folders over empty folders', async () => {
      await write(disk, at('a'), 'new')
      await write(disk, at('b'), 'old')
      await disk.rename(at('a'), at('b'))
      expect(text(await disk.readFile(at('b')))).toBe('new')
      expect(await disk.stat(at('a'))).toBeUndefined()
      await disk.makeDirectory(at('d', 'inner'))
      await disk.makeDirectory(at('e'))
      await disk.rename(at('d'), at('e'))
      expect(await disk.list(at('e'))).toEqual(['inner'])
      await disk.rename(at('b'), at('b'))
      expect(text(await disk.readFile(at('b')))).toBe('new')
    })

    it('refuses renames that cannot be', async () => {
      await write(disk, at('a'), '')
      await disk.makeDirectory(at('full', 'inner'))
      await disk.makeDirectory(at('empty'))
      expect(await kindOf(disk.rename(at('none'), at('x')))).toBe('not found')
      if (hasFolders) expect(await kindOf(disk.rename(at('a'), at('none', 'x')))).toBe('not found')
      expect(await kindOf(disk.rename(at('a'), at('empty')))).toBe('is a directory')
      expect(await kindOf(disk.rename(at('empty'), at('a')))).toBe('not a directory')
      expect(await kindOf(disk.rename(at('empty'), at('full')))).toBe('not empty')
      expect(await kindOf(disk.rename(at('full'), at('full', 'inner', 'x')))).toBe('input/output')
      expect(await disk.list(root)).toEqual(['a', 'empty', 'full'])
    })

    it('keeps the time of a file that is renamed', async () => {
      await write(disk, at('a'), 'x')
      const before = (await disk.stat(at('a')))!.modifiedMs
      await disk.rename(at('a'), at('b'))
      const after = (await disk.stat(at('b')))!.modifiedMs
      if (keepsTimes) expect(after).toBe(before)
      else expect(after).toBeGreaterThanOrEqual(before)
    })

    it('removes files and whole folders, quietly when nothing is there', async () => {
      await disk.makeDirectory(at('d', 'inner'))
      await write(disk, at('d', 'inner', 'f'), 'x')
      await write(disk, at('a'), 'x')
      await disk.remove(at('d'))
      await disk.remove(at('a'))
      await disk.remove(at('none'))
      await disk.remove(at('none', 'below'))
      expect(await disk.list(root)).toEqual([])
    })

    it('cuts files', async () => {
      await write(disk, at('a'), 'hello world')
      await disk.truncate(at('a'), 5)
      expect(text(await disk.readFile(at('a')))).toBe('hello')
      await write(disk, at('a'), '!')
      expect(text(await disk.readFile(at('a')))).toBe('hello!')
      await disk.truncate(at('a'), 0)
      expect((await disk.readFile(at('a'))).length).toBe(0)
      expect(await kindOf(disk.truncate(at('none'), 0))).toBe('not found')
    })

    it('names what is missing or of the wrong kind', async () => {
      await write(disk, at('a'), '')
      expect(await kindOf(disk.readFile(at('none')))).toBe('not found')
      expect(await kindOf(disk.openRead(at('none')))).toBe('not found')
      if (hasFolders) expect(await kindOf(disk.openAppend(at('none', 'x')))).toBe('not found')
      expect(await kindOf(disk.list(at('none')))).toBe('not found')
      expect(await kindOf(disk.syncDirectory(at('none')))).toBe('not found')
      expect(await kindOf(disk.readFile(root))).toBe('is a directory')
      expect(await kindOf(disk.openRead(root))).toBe('is a directory')
      expect(await kindOf(disk.openAppend(root))).toBe('is a directory')
      expect(await kindOf(disk.list(at('a')))).toBe('not a directory')
      expect(['not a directory', ...disk.rules(root).isShared ? ['not found'] : []]).toContain(await kindOf(disk.readFile(at('a', 'below'))))
      const error: unknown = await disk.list(at('none')).catch(refused => refused)
      expect(DiskError.isNotFound(error)).toBe(true)
      expect((error as Error).message.startsWith(`Cannot list ${at('none')}: not found (ENOENT)`)).toBe(true)
    })

    it('puts whole files, in the place of old ones', async () => {
      await disk.put(at('a'), bytes('one'))
      expect(text(await disk.readFile(at('a')))).toBe('one')
      await disk.put(at('a'), bytes('two, longer'), { isPrivate: true })
      expect(text(await disk.readFile(at('a')))).toBe('two, longer')
      await disk.put(at('a'), new Uint8Array(0))
      expect((await disk.readFile(at('a'))).length).toBe(0)
      expect(await disk.list(root)).toEqual(['a'])
      if (hasFolders) expect(await kindOf(disk.put(at('none', 'x'), bytes('x')))).toBe('not found')
    })

    it('puts a file if absent, and says exists where it is not', async () => {
      await disk.put(at('a'), bytes('first'), { ifAbsent: true })
      expect(await kindOf(disk.put(at('a'), bytes('second'), { ifAbsent: true }))).toBe('exists')
      expect(text(await disk.readFile(at('a')))).toBe('first')
      await disk.remove(at('a'))
      await disk.put(at('a'), bytes('third'), { ifAbsent: true })
      expect(text(await disk.readFile(at('a')))).toBe('third')
    })

    it('lets one of many win who put the same file if absent', async () => {
      const all = Array.from({ length: 12 }, (_, i) => disk.put(at('lock'), bytes(`owner ${i}`), { ifAbsent: true }).then(() => i, error => (error as DiskError).kind))
      const ended = await Promise.all(all)
      const winners = ended.filter(each => typeof each === 'number')
      expect(winners).toHaveLength(1)
      expect(ended.filter(each => each === 'exists')).toHaveLength(11)
      expect(text(await disk.readFile(at('lock')))).toBe(`owner ${winners[0]}`)
      expect(await disk.list(root)).toEqual(['lock'])
    })

    it('lists with sizes, and deep', async () => {
      await disk.makeDirectory(at('b', 'c'))
      await disk.put(at('a'), bytes('12'))
      await disk.put(at('b', 'x'), bytes('123'))
      await disk.put(at('b', 'c', 'y'), bytes('1234'))
      const shallow = await disk.listEntries(root)
      expect(shallow.map(({ name, isDirectory }) => [name, isDirectory])).toEqual([['a', false], ['b', true]])
      expect(shallow[0]!.sizeBytes).toBe(2)
      expect(shallow[0]!.modifiedMs).toBe((await disk.stat(at('a')))!.modifiedMs)
      const deep = await disk.listEntries(root, { isDeep: true })
      expect(deep.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([['a', 2], ['b/c/y', 4], ['b/x', 3]])
      expect(await kindOf(disk.listEntries(at('none')))).toBe('not found')
      expect(await kindOf(disk.listEntries(at('a')))).toBe('not a directory')
    })

    it('removes many files, quietly where there are none', async () => {
      for (const name of ['a', 'b', 'c']) await disk.put(at(name), bytes(name))
      await disk.removeFiles([at('a'), at('none'), at('c')])
      expect(await disk.list(root)).toEqual(['b'])
      await disk.removeFiles([])
    })

    it('reads what is larger than one answer holds, anywhere', async () => {
      const large = Buffer.alloc(11 * 1024 * 1024 + 17)
      for (let i = 0; i < large.length; i += 4096) large.writeUInt32LE(i, Math.min(i, large.length - 4))
      const handle = await disk.openAppend(at('large'))
      for (let from = 0; from < large.length; from += 1_000_003) await handle.append(large.subarray(from, from + 1_000_003))
      await handle.close()
      expect((await disk.stat(at('large')))!.sizeBytes).toBe(large.length)
      expect(Buffer.from(await disk.readFile(at('large'))).equals(large)).toBe(true)
      const reader = await disk.openRead(at('large'))
      const from = 6 * 1024 * 1024 - 5
      expect(Buffer.from(await reader.read(from, 4_000_000)).equals(large.subarray(from, from + 4_000_000))).toBe(true)
      await reader.close()
      await write(disk, at('large'), 'end')
      expect((await disk.stat(at('large')))!.sizeBytes).toBe(large.length + 3)
      await disk.truncate(at('large'), 6_000_000)
      expect(Buffer.from(await disk.readFile(at('large'))).equals(large.subarray(0, 6_000_000))).toBe(true)
    })

    it('syncs folders', async () => {
      await write(disk, at('a'), 'x')
      await disk.syncDirectory(root)
      expect(await disk.list(root)).toEqual(['a'])
    })
  })
}
