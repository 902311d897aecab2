/**
 * The files that a path names, found when first asked for and then fixed: an RDD's partitions do not change.
 * The driver looks before the first job; whoever asks for the number of partitions before that gets it at
 * once. What was found is plain data among the source's arguments, so that a task can read its partition
 * anywhere.
 */
import type { CallSite } from '../../base/call-site'
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { requireFileSystem } from '../../disk/file-systems'
import { allFiles } from '../../disk/files'
import { expandFiles, splitPaths, type FoundFile } from '../../disk/glob'
import { findEachSync, findFilesSync } from '../../disk/look-sync'
import { resolvePath } from '../../disk/paths'
import { describe, refuse } from '../arguments'
import type { SparkContext } from '../context/spark-context'
import type { SourceDefinition } from '../plan'
import { RDD } from '../rdd'

/** The arguments of a file source. `cuts` stays empty until the files were looked for. */
export interface FileArguments<C = unknown> {
  /** Paths with commas between, each with globs; or the files themselves. */
  readonly pattern: string | readonly string[]
  /** What each partition reads. */
  cuts: readonly C[] | undefined
}

/** Makes partitions of the files that were found. */
export type CutFiles<A, C> = (files: readonly FoundFile[], args: A) => readonly C[]

/** What each partition reads, looked up now if that was not done yet. Throws MR_INPUT_NOT_FOUND. */
export function cutsOf<C, A extends FileArguments<C>>(args: A, cut: CutFiles<A, C>): readonly C[] {
  if (args.cuts === undefined) {
    const { pattern } = args
    try {
      const all = typeof pattern === 'string' ? findFilesSync(pattern)
        : findEachSync(pattern).map((found, i) => present(pattern[i]!, found))
      args.cuts = cut(all.map(absolute), args)
    } catch (error) { throw atCall(error, args) }
  }
  return args.cuts
}

async function findFiles<C, A extends FileArguments<C>>(args: A, cut: CutFiles<A, C>): Promise<void> {
  const { pattern } = args
  try {
    const all = typeof pattern === 'string' ? await expandFiles(allFiles, pattern) : await findEach(pattern)
    args.cuts ??= cut(all.map(absolute), args)
  } catch (error) { throw atCall(error, args) }
}

/**
 * An RDD of files: made at once; its files are looked for, without holding the event loop, before its first
 * job.
 */
export function fileSource<T, C, A extends FileArguments<C>>(
  context: SparkContext, definition: SourceDefinition, args: A, cut: CutFiles<A, C>,
): RDD<T> {
  const rdd = new RDD<T>(context, { definition, parents: [], args }, { prepare: () => findFiles(args, cut) })
  sites.set(args, rdd.site)
  return rdd.setName(typeof args.pattern === 'string' ? args.pattern : args.pattern.join(','))
}

const sites = new WeakMap<object, CallSite>()

/** What went wrong while looking, with the user's line that named the files. */
function atCall(error: unknown, args: object): unknown {
  const at = sites.get(args)?.toString()
  if (!MillraceError.is(error) || error.at !== undefined || at === undefined) return error
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  return new MillraceError(error.code, error.message, { cause: error, at, ...hint })
}

async function findEach(paths: readonly string[]): Promise<FoundFile[]> {
  const all: FoundFile[] = []
  for (let at = 0; at < paths.length; at += limits.fileStatsMax) {
    all.push(...await Promise.all(paths.slice(at, at + limits.fileStatsMax).map(async file => {
      const entry = await allFiles.stat(file)
      return present(file, entry === undefined || entry.isDirectory ? undefined : { path: file, sizeBytes: entry.sizeBytes })
    })))
  }
  return all
}

/** The working directory may change between the search and the reading. */
function absolute(file: FoundFile): FoundFile {
  return { path: resolvePath(file.path), sizeBytes: file.sizeBytes }
}

/** A file that was named itself, and so is no pattern. */
function present(file: string, found: FoundFile | undefined): FoundFile {
  if (found !== undefined) return found
  throw new MillraceError('MR_INPUT_NOT_FOUND', `Input path does not exist: ${resolvePath(file)}`, {
    hint: 'It was there when it was listed: move or remove input files when their batch is done.',
  })
}

/** Checks the path argument of a file source at the call. */
export function requirePath(operator: string, value: unknown): string {
  if (typeof value !== 'string') refuse(operator, `the path must be a string, got ${describe(value)}`)
  if ((value as string).trim() === '') refuse(operator, 'Can not create a Path from an empty string')
  try {
    for (const one of splitPaths(value as string)) {
      requireFileSystem(one)
      resolvePath(one)
    }
  } catch (error) { refuse(operator, (error as MillraceError).message, (error as MillraceError).hint) }
  return value as string
}
