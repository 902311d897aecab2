/** Outputs become visible in the order that readers rely on, in both forms, and hold what was committed and nothing else. */
import { FileAlreadyExistsError } from '../../../lib/base/errors'
import type { Disk, DiskRules } from '../../../lib/disk/disk'
import { MemoryDisk } from '../../../lib/disk/memory-disk'
import type { MemoryUploads } from '../../../lib/disk/memory-uploads'
import { committerFor, openOutput, type OutputCommitter, type WrittenFile } from '../../../lib/rdd/saving/output-committer'

const forms: [DiskRules['commit']][] = [['rename'], ['upload']]

describe.each(forms)('an output that is committed by %s', form => {
  /** A disk that keeps what it showed, after each change of names. */
  class WatchedDisk extends MemoryDisk {
    readonly shown: string[][] = []
    protected override changed(): void { this.shown.push(this.exists('/data/out') ? this.lookSync.list('/data/out') : []) }
    private exists(path: string): boolean { return this.lookSync.stat(path) !== undefined }
  }

  let disk: WatchedDisk
  let count = 0
  beforeEach(async () => {
    disk = new WatchedDisk({ rules: { commit: form } })
    await disk.makeDirectory('/data')
  })

  const begin = async (more: { replace?: boolean, isRerun?: boolean } = {}): Promise<OutputCommitter> => {
    const committer = committerFor('/data/out', { replace: false, isRerun: false, unique: `app-${count++}`, ...more }, disk)
    await committer.begin()
    return committer
  }

  const write = async (committer: OutputCommitter, name: string, content: string, attempt = `_attempt-${name.replace('/', '-')}`): Promise<WrittenFile> => {
    const output = await openOutput(committer.target, name, attempt, disk)
    await output.handle.append(Buffer.from(content))
    return JSON.parse(JSON.stringify(await output.finish())) as WrittenFile
  }

  const read = async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {}
    for (const { name } of await disk.listEntries('/data/out', { isDeep: true })) found[name] = Buffer.from(await disk.readFile(`/data/out/${name}`)).toString()
    return found
  }

  const waiting = (on: Disk): number => (on.uploads as MemoryUploads | undefined)?.count ?? 0

  test('is not there before the commit, whole after it, and has _SUCCESS last', async () => {
    const committer = await begin()
    const written = [await write(committer, 'part-0', 'a'), await write(committer, 'part-1', 'b')]
    expect(await disk.stat('/data/out')).toBeUndefined()
    disk.shown.length = 0
    await committer.commit(written)
    expect(await read()).toEqual({ 'part-0': 'a', 'part-1': 'b', '_SUCCESS': '' })
    expect(await disk.list('/data')).toEqual(['out'])
    // Whoever sees _SUCCESS sees all of it.
    for (const names of disk.shown) if (names.includes('_SUCCESS')) expect(names).toEqual(expect.arrayContaining(['part-0', 'part-1']))
  })

  test('has nothing of attempts that do not count', async () => {
    const committer = await begin()
    const first = await write(committer, 'part-0', 'first', '_attempt-0-1')
    await write(committer, 'part-0', 'second', '_attempt-0-2')
    const lost = await openOutput(committer.target, 'part-1', '_attempt-1-3', disk)
    await lost.handle.append(Buffer.from('lost'))
    await committer.commit([first])
    expect(await read()).toEqual({ 'part-0': 'first', '_SUCCESS': '' })
    expect(waiting(disk)).toBe(0)
  })

  test('replaces an older one with all its files, also where it has fewer, and never says whole what is mixed', async () => {
    const old = await begin()
    await old.commit([await write(old, 'part-0', 'old'), await write(old, 'part-1', 'old'), await write(old, 'in/part-2', 'old')])
    const anew = await begin({ replace: true })
    const written = [await write(anew, 'part-0', 'new')]
    expect((await read())['part-0']).toBe('old')
    disk.shown.length = 0
    await anew.commit(written)
    expect(await read()).toEqual({ 'part-0': 'new', '_SUCCESS': '' })
    for (const names of disk.shown.slice(0, -1)) {
      if (form === 'upload' && names.includes('_SUCCESS')) expect(names.filter(name => !name.startsWith('.'))).toEqual(['_SUCCESS', 'part-0'])
    }
  })

  test('refuses one that is there, at the beginning and at the end', async () => {
    const one = await begin()
    const two = await begin()
    const written = [await write(two, 'part-0', 'two')]
    await one.commit([await write(one, 'part-0', 'one')])
    await expect(begin()).rejects.toBeInstanceOf(FileAlreadyExistsError)
    await expect(two.commit(written)).rejects.toBeInstanceOf(FileAlreadyExistsError)
    expect((await read())['part-0']).toBe('one')
  })

  test('leaves nothing when it is given up', async () => {
    const committer = await begin()
    await write(committer, 'part-0', 'a')
    await committer.abort()
    expect(await disk.list('/data')).toEqual([])
    expect(waiting(disk)).toBe(0)
  })

  test('clears what an earlier run has left, when it runs again', async () => {
    const killed = await begin()
    await write(killed, 'part-0', 'killed')
    const again = await begin({ replace: true, isRerun: true })
    expect(waiting(disk)).toBe(0)
    await again.commit([await write(again, 'part-0', 'again')])
    expect(await read()).toEqual({ 'part-0': 'again', '_SUCCESS': '' })
    expect(await disk.list('/data')).toEqual(['out'])
  })

  test('gives files their folders', async () => {
    const committer = await begin()
    await committer.commit([await write(committer, 'hour=1/part-0', 'a'), await write(committer, 'hour=2/part-0', 'b')])
    expect(await read()).toEqual({ 'hour=1/part-0': 'a', 'hour=2/part-0': 'b', '_SUCCESS': '' })
  })
})
