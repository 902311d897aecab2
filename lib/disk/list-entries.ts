/** Disk.listEntries for disks on which a look costs little: a folder is listed, and each name in it is looked at. */
import { limits } from '../base/limits'
import { sortNames, type Disk, type ListedEntry } from './disk'
import { joinPath } from './paths'

/** What goes between the listing and the look is left out. */
export async function listByLooking(
  disk: Pick<Disk, 'list' | 'stat'>, directory: string, { isDeep = false }: { readonly isDeep?: boolean } = {},
): Promise<ListedEntry[]> {
  const entries = await entriesOf(disk, directory)
  if (!isDeep) return entries
  const files: ListedEntry[] = []
  for (const entry of entries) {
    if (!entry.isDirectory) files.push(entry)
    else for (const inside of await listByLooking(disk, joinPath(directory, entry.name), { isDeep })) files.push({ ...inside, name: `${entry.name}/${inside.name}` })
  }
  return sortEntries(files)
}

async function entriesOf(disk: Pick<Disk, 'list' | 'stat'>, directory: string): Promise<ListedEntry[]> {
  const names = await disk.list(directory)
  const entries: ListedEntry[] = []
  for (let at = 0; at < names.length; at += limits.fileStatsMax) {
    const some = names.slice(at, at + limits.fileStatsMax)
    const found = await Promise.all(some.map(name => disk.stat(joinPath(directory, name))))
    found.forEach((entry, i) => { if (entry !== undefined) entries.push({ ...entry, name: some[i]! }) })
  }
  return entries
}

/** In the order of sortNames. */
export function sortEntries(entries: readonly ListedEntry[]): ListedEntry[] {
  const byName = new Map(entries.map(entry => [entry.name, entry]))
  return sortNames([...byName.keys()]).map(name => byName.get(name)!)
}
