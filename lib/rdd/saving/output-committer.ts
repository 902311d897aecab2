/**
 * How an output of several files becomes visible. Two forms, by what the file system can do; both leave nothing of attempts
 * that do not count, and write _SUCCESS last:
 *
 *   rename   tasks write into `_temporary-...~name` beside the folder, which gets its name in one step
 *   upload   tasks upload files that nobody sees; the driver completes those of the attempts that count, one after another,
 *            removes what an earlier run has left beside them, and writes _SUCCESS
 */
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import { commitDirectory, outputExists, removeLeftovers, temporaryDirectory } from '../../disk/atomic-replace'
import type { AppendHandle, Disk, MakeOptions, UploadTicket } from '../../disk/disk'
import { allFiles } from '../../disk/files'
import { joinPath, parentPath } from '../../disk/paths'

/** Where tasks write, as plain data that travels to them. */
export interface OutputTarget {
  readonly form: 'rename' | 'upload'
  /** The folder that tasks write into: the one aside, or the final one. */
  readonly directory: string
  readonly isPrivate: boolean
}

/** What an attempt has written, on its way to the driver. */
export interface WrittenFile {
  /** Its name when it is committed, below the folder: `part-00000.gz`, `hour=7/part-00000`. */
  readonly name: string
  /** Its name until then, in the form 'rename'. */
  readonly attempt: string
  readonly ticket?: UploadTicket
}

export interface CommitterOptions extends MakeOptions {
  /** True replaces a folder that is there; false refuses it. */
  readonly replace: boolean
  /** True where an earlier run may have begun to write: what it has left behind is removed. */
  readonly isRerun: boolean
  /** Tells this output's temporary folder from others'; without `~`. */
  readonly unique: string
}

/** Writes one output. `begin` first, then the tasks, then `commit` or `abort`. */
export interface OutputCommitter {
  readonly target: OutputTarget
  /** Throws FileAlreadyExistsError when the folder is there and is not to be replaced. */
  begin(): Promise<void>
  /** Makes these files, and no others, the output. */
  commit(written: readonly WrittenFile[]): Promise<void>
  /** Removes what was written. */
  abort(): Promise<void>
}

/** The committer for the folder `final`, a whole path. */
export function committerFor(final: string, options: CommitterOptions, disk: Disk = allFiles): OutputCommitter {
  return disk.rules(final).commit === 'rename' ? new RenameCommitter(disk, final, options) : new UploadCommitter(disk, final, options)
}

/**
 * Opens a file of an attempt in a task. `name` is what it will be called; `attempt` tells it from other attempts at the same
 * file. `finish` closes it, durable, and gives what `commit` needs; `discard` gives it up.
 */
export async function openOutput(
  target: OutputTarget, name: string, attempt: string, disk: Disk = allFiles,
): Promise<{ readonly handle: AppendHandle, finish(): Promise<WrittenFile>, discard(): Promise<void> }> {
  const { directory, isPrivate } = target
  if (target.form === 'upload') {
    const upload = await disk.uploads!.begin(joinPath(directory, name))
    const finish = async (): Promise<WrittenFile> => ({ name, attempt, ticket: await upload.finish() })
    return { handle: withoutClose(upload), finish, discard: () => upload.abort() }
  }
  const handle = await disk.openAppend(joinPath(directory, attempt), { isPrivate })
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await handle.close()
  }
  const finish = async (): Promise<WrittenFile> => {
    await handle.sync()
    await close()
    return { name, attempt }
  }
  return { handle: withoutClose(handle), finish, discard: close }
}

/** Whoever writes may sync and close the file itself; it is closed when it is finished. */
function withoutClose(handle: AppendHandle): AppendHandle {
  return { append: bytes => handle.append(bytes), sync: () => handle.sync(), close: async () => undefined }
}

const attemptPrefix = '_attempt-'

class RenameCommitter implements OutputCommitter {
  readonly target: OutputTarget

  constructor(private readonly disk: Disk, private readonly final: string, private readonly options: CommitterOptions) {
    const directory = temporaryDirectory(final, options.unique)
    this.target = { form: 'rename', directory, isPrivate: options.isPrivate === true }
  }

  async begin(): Promise<void> {
    const { disk, final, options: { replace, isRerun, isPrivate = false } } = this
    if (!replace && await disk.stat(final) !== undefined) throw outputExists(final)
    if (isRerun) await removeLeftovers(disk, final)
    await disk.makeDirectory(this.target.directory, { isPrivate })
  }

  async commit(written: readonly WrittenFile[]): Promise<void> {
    const { disk, final, target: { directory }, options: { replace } } = this
    killPoint('output.written')
    const folders = new Set(written.filter(({ name }) => name.includes('/')).map(({ name }) => parentPath(joinPath(directory, name))))
    for (const folder of folders) await disk.makeDirectory(folder, { isPrivate: this.target.isPrivate })
    for (const { name, attempt } of written) await disk.rename(joinPath(directory, attempt), joinPath(directory, name))
    for (const name of await disk.list(directory)) {
      if (name.startsWith(attemptPrefix)) await disk.remove(joinPath(directory, name))
    }
    killPoint('output.named')
    await commitDirectory(disk, directory, final, { replace })
  }

  async abort(): Promise<void> { await this.disk.remove(this.target.directory) }
}

class UploadCommitter implements OutputCommitter {
  readonly target: OutputTarget
  private readonly completed: string[] = []

  constructor(private readonly disk: Disk, private readonly final: string, private readonly options: CommitterOptions) {
    this.target = { form: 'upload', directory: final, isPrivate: options.isPrivate === true }
  }

  async begin(): Promise<void> {
    const { disk, final, options: { replace, isRerun } } = this
    if (!replace && await disk.stat(final) !== undefined) throw outputExists(final)
    if (isRerun) await disk.uploads!.abortBelow(final)
  }

  async commit(written: readonly WrittenFile[]): Promise<void> {
    const { disk, final, options: { replace } } = this
    const success = joinPath(final, '_SUCCESS')
    const before = await disk.stat(final) === undefined ? [] : await disk.listEntries(final, { isDeep: true })
    if (before.length > 0 && !replace) throw outputExists(final)
    // From here on the folder is neither the old output nor the new one, and says so.
    if (before.some(({ name }) => name === '_SUCCESS')) await disk.remove(success)
    await inPortions(written, async ({ name, ticket }) => {
      await disk.uploads!.complete(ticket!)
      this.completed.push(joinPath(final, name))
    })
    const isNew = new Set(written.map(({ name }) => name))
    await disk.removeFiles(before.filter(({ name }) => !isNew.has(name) && name !== '_SUCCESS').map(({ name }) => joinPath(final, name)))
    // Attempts that do not count, or of tasks that were lost.
    await disk.uploads!.abortBelow(final)
    await disk.put(success, new Uint8Array(0))
  }

  async abort(): Promise<void> {
    const { disk, final, options: { replace } } = this
    await disk.uploads!.abortBelow(final)
    // What it was to replace is gone already: what is new of it stays, without _SUCCESS, until the batch runs again.
    if (!replace) await disk.removeFiles(this.completed)
  }
}

async function inPortions<T>(all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += limits.remoteRequestsMax) await Promise.all(all.slice(at, at + limits.remoteRequestsMax).map(work))
}

/** The name of an attempt's file, which inputs leave out. */
export function attemptName(partition: number, taskAttemptId: number, more = ''): string { return `${attemptPrefix}${partition}-${taskAttemptId}${more}` }
