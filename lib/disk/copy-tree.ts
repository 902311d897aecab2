/** A folder with all it holds, copied as it is at this moment: what a process that is killed now would leave. */
import type { Disk } from './disk'
import { joinPath } from './paths'

/** Copies what is at `from` to `to`, where nothing may be. Files that go while it copies are left out. */
export async function copyTree(disk: Disk, from: string, to: string): Promise<void> {
  const entry = await disk.stat(from)
  if (entry === undefined) return
  if (!entry.isDirectory) {
    const bytes = await disk.readFile(from)
    const handle = await disk.openAppend(to, { isPrivate: true })
    try { await handle.append(bytes) } finally { await handle.close() }
    return
  }
  await disk.makeDirectory(to, { isPrivate: true })
  for (const name of await disk.list(from)) await copyTree(disk, joinPath(from, name), joinPath(to, name))
}
