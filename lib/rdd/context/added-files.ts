/**
 * Files that tasks find by name: `addFile` copies them into a folder of the context's own at once,
 * `SparkFiles.get` says where. The folder's path goes to tasks with the properties of their job, and the
 * folder goes when the context stops.
 */
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CallSite } from '../../base/call-site'
import { IllegalStateError, SparkError, UnsupportedOperationError } from '../../base/errors'
import { logFor } from '../../base/log'
import { readSetting } from '../../conf/settings'
import { PrivateFolder } from '../../disk/private-folder'
import { describe, refuse } from '../arguments'
import { TaskContext } from '../task-context'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * Copies a file, or with `recursive` a folder, to where tasks find it by `SparkFiles.get(name)`. The copy
     * is made at once; what happens to the original afterwards does not matter. Takes paths and file URLs.
     * Throws DiskError when nothing is there, SparkError for a folder without `recursive` and for another
     * file of a name that is taken, UnsupportedOperationError for other URLs. Counterpart:
     * SparkContext.addFile.
     * @example
     * ```ts
     * import { SparkContext, SparkFiles } from 'millrace'
     * const sc = new SparkContext('local', 'files')
     * sc.addFile('package.json')
     * const found = sc.parallelize([1]).map(() => SparkFiles.get('package.json').endsWith('package.json'))
     * console.log(await found.collect()) // [ true ]
     * await sc.stop()
     * ```
     */
    addFile(file: string, recursive?: boolean): void
    /** The paths given to `addFile`, as they were given. Counterpart: SparkContext.files. */
    readonly files: readonly string[]
    /** The same as `files`. Counterpart: SparkContext.listFiles. */
    listFiles(): string[]
    /**
     * Keeps the path of a jar, for engines that need it; the embedded engine does not. Counterpart:
     * SparkContext.addJar.
     */
    addJar(file: string): void
    /** The jars of `spark.jars` and of `addJar`, as they were given. Counterpart: SparkContext.jars. */
    readonly jars: readonly string[]
    /** The same as `jars`. Counterpart: SparkContext.listJars. */
    listJars(): string[]
  }
}

/** The folder of added files, as tasks are told of it. */
export const filesFolderKey = 'millrace.files.folder'

const log = logFor('SparkContext')

class AddedFiles {
  readonly given: string[] = []
  readonly jars: string[] = []
  private made: PrivateFolder | undefined

  constructor(private readonly context: SparkContext) {}

  get folder(): PrivateFolder {
    if (this.made === undefined) {
      const folder = new PrivateFolder(readSetting(this.context.conf, 'spark.local.dir'), 'millrace-files-')
      this.made = folder
      this.context.onStop(() => folder.remove())
    }
    return this.made
  }

  add(file: string, recursive: boolean): void {
    if (this.given.includes(file)) {
      log.warn(`The path ${file} has been added already. Overwriting of added paths is not supported.`)
      return
    }
    const source = localPath(file)
    const name = path.basename(source)
    const isFolder = this.folder.kindOf(source) === 'folder'
    if (isFolder && !recursive) {
      throw new SparkError(`Added file ${file} is a directory and recursive is not turned on.`, {
        hint: 'addFile(path, true) adds a folder with all it holds.',
        at: CallSite.capture('addFile').toString(),
      })
    }
    if (this.folder.has(name) && (isFolder || !this.folder.holdsSame(source, name))) {
      throw new SparkError(`File ${name} exists and does not match contents of ${file}`, {
        hint: 'Tasks find files by their name alone: give this one another.',
        at: CallSite.capture('addFile').toString(),
      })
    }
    this.folder.copyIn(source, name)
    this.given.push(file)
  }
}

function localPath(file: string): string {
  if (/^file:/i.test(file)) return fileURLToPath(file.replace(/^file:(?!\/\/)/i, 'file://'))
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(file)?.[1]
  if (scheme === undefined) return path.resolve(file)
  throw new UnsupportedOperationError(`addFile cannot fetch ${scheme} URLs: ${file}`, {
    hint: 'Download it first and add the local file.', at: CallSite.capture('addFile').toString(),
  })
}

const added = new WeakMap<SparkContext, AddedFiles>()

function addedFiles(context: SparkContext): AddedFiles {
  let own = added.get(context)
  if (own === undefined) added.set(context, own = new AddedFiles(context))
  return own
}

function requirePath(operator: string, file: unknown): void {
  if (file === null || file === undefined) refuse(operator, 'file cannot be null')
  if (typeof file !== 'string' || file === '') {
    refuse(operator, `it needs the path of a file, got ${describe(file)}`)
  }
}

SparkContext.prototype.addFile = function (file: string, recursive = false): void {
  this.requireRunning()
  requirePath('addFile', file)
  const files = addedFiles(this)
  files.add(file, recursive)
  this.jobs.taskProperties[filesFolderKey] = files.folder.path
}

SparkContext.prototype.addJar = function (file: string): void {
  this.requireRunning()
  requirePath('addJar', file)
  const { jars } = addedFiles(this)
  if (!jars.includes(file)) jars.push(file)
}

SparkContext.prototype.listFiles = function (): string[] { return [...this.files] }
SparkContext.prototype.listJars = function (): string[] { return [...this.jars] }

Object.defineProperty(SparkContext.prototype, 'files', {
  get(this: SparkContext): readonly string[] { return [...addedFiles(this).given] },
  configurable: true,
})
Object.defineProperty(SparkContext.prototype, 'jars', {
  get(this: SparkContext): readonly string[] {
    const configured = (readSetting(this.conf, 'spark.jars') ?? '').split(',').map(jar => jar.trim())
      .filter(jar => jar !== '')
    return [...configured, ...addedFiles(this).jars]
  },
  configurable: true,
})

/** Where added files are. Counterpart: org.apache.spark.SparkFiles. */
export const SparkFiles = {
  /**
   * The path of the file that was added under this name, in tasks and on the driver. It need not exist.
   * Throws IllegalStateError where no context is active.
   */
  get(name: string): string { return path.join(SparkFiles.getRootDirectory(), name) },

  /** The folder of the added files. */
  getRootDirectory(): string {
    const told = TaskContext.get()?.getLocalProperty(filesFolderKey)
    if (told !== undefined) return told
    const { active } = SparkContext
    if (active !== undefined) return addedFiles(active).folder.path
    throw new IllegalStateError('SparkFiles needs an active SparkContext',
      { hint: 'Make a SparkContext and add files to it first.' })
  },
}
