/**
 * Files and folders that appear whole or not at all: written aside, synced, renamed into place, the folder
 * synced. Whoever reads the final name sees the old content or the new, after a crash too. What is older goes
 * last.
 */
import { FileAlreadyExistsError } from '../base/errors'
import { killPoint } from '../base/kill-points'
import { DiskError, type Disk, type MakeOptions } from './disk'
import { baseName, joinPath, parentPath } from './paths'

/**
 * Writes `bytes` to `file` so that a crash leaves the old file or the new one, never a part. Durable when it
 * resolves.
 */
export async function replaceFile(disk: Disk, file: string, bytes: Uint8Array, options?: MakeOptions): Promise<void> {
  killPoint('replace.begin')
  if (disk.rules(file).isShared) return disk.put(file, bytes, options)
  const aside = `${file}.tmp`
  await disk.remove(aside)
  await writeWhole(disk, aside, bytes, options)
  await disk.rename(aside, file)
  killPoint('replace.renamed')
  await disk.syncDirectory(parentPath(file))
  killPoint('replace.done')
}

async function writeWhole(disk: Disk, file: string, bytes: Uint8Array, options?: MakeOptions): Promise<void> {
  const handle = await disk.openAppend(file, options)
  try {
    await handle.append(bytes)
    killPoint('replace.written')
    await handle.sync()
    killPoint('replace.synced')
  } finally { await handle.close() }
}

export interface CommitOptions {
  /** True replaces a folder that is there already, as streaming jobs do; false refuses it. */
  readonly replace: boolean
}

/** The folder into which an output that will be `final` is written. `unique`, without `~`, tells attempts apart. */
export function temporaryDirectory(final: string, unique: string): string {
  return joinPath(parentPath(final), `_temporary-${unique}~${baseName(final)}`)
}

/** Removes what attempts at `final` that were cut off have left beside it. None may be under way. */
export async function removeLeftovers(disk: Disk, final: string): Promise<void> {
  const parent = parentPath(final)
  if (await disk.stat(parent) === undefined) return
  const name = baseName(final)
  for (const entry of await disk.list(parent)) {
    const of = /^_temporary-[^~]*~(.*)$/s.exec(entry)?.[1]
    if (of === name || of === `${name}.old`) await disk.remove(joinPath(parent, entry))
  }
}

/**
 * Makes the folder `temporary`, whose files are written and synced, appear as `final` in one step, with an
 * empty file `_SUCCESS` in it. Throws FileAlreadyExistsError when `final` is there and `replace` is false.
 * Both must lie in the same folder.
 */
export async function commitDirectory(disk: Disk, temporary: string, final: string, options: CommitOptions): Promise<void> {
  killPoint('commit.begin')
  await writeWhole(disk, joinPath(temporary, '_SUCCESS'), new Uint8Array(0))
  await disk.syncDirectory(temporary)
  killPoint('commit.marked')
  const parent = parentPath(final)
  if (await disk.stat(final) !== undefined) {
    if (!options.replace) throw outputExists(final)
    const old = `${temporary}.old`
    await disk.remove(old)
    await disk.rename(final, old)
    killPoint('commit.oldAside')
    await moveInto(disk, temporary, final)
    await disk.syncDirectory(parent)
    killPoint('commit.synced')
    await disk.remove(old)
    killPoint('commit.done')
    return
  }
  await moveInto(disk, temporary, final)
  await disk.syncDirectory(parent)
  killPoint('commit.done')
}

async function moveInto(disk: Disk, temporary: string, final: string): Promise<void> {
  try {
    await disk.rename(temporary, final)
    killPoint('commit.moved')
  } catch (error) {
    if (error instanceof DiskError && (error.kind === 'exists' || error.kind === 'not empty')) throw outputExists(final)
    throw error
  }
}

/** The refusal of an output folder that is there already. */
export function outputExists(final: string): FileAlreadyExistsError {
  return new FileAlreadyExistsError(`Output directory ${final} already exists`, {
    hint: 'Remove it, or write to another name.',
  })
}
