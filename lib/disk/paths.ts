/**
 * Arithmetic on paths of this machine and on URLs of other file systems (`s3://bucket/a/b`), for which node:path is wrong: it
 * takes `//` for `/`. A path without a scheme, or of the scheme `file`, is the machine's. A URL's names are taken as they
 * are: nothing in them is decoded. No path carries a password: one that does is refused, and the error does not repeat it.
 */
import * as path from 'node:path'
import { IllegalArgumentError } from '../base/errors'

/** A scheme has two letters at least: `C:\` is a drive. */
const url = /^([A-Za-z][A-Za-z0-9+.-]+):\/\/([^/]*)(.*)$/s

/** `s3` for `S3://bucket/key`, `file` for `file:/tmp`, undefined for `/tmp`. */
export function schemeOf(at: string): string | undefined {
  if (at.startsWith('file:/')) return 'file'
  // Most paths are the machine's, and this is asked for each of them.
  return at.includes('://') ? url.exec(at)?.[1]!.toLowerCase() : undefined
}

/** True for paths of other file systems than the machine's. */
export function isRemotePath(at: string): boolean {
  const scheme = schemeOf(at)
  return scheme !== undefined && scheme !== 'file'
}

/** The parts of a URL. */
export interface UrlParts {
  /** In small letters. */
  readonly scheme: string
  /** The host with its port, or the bucket; '' in `hdfs:///a`. */
  readonly authority: string
  /** The names between the slashes, without `.` and `..`. */
  readonly names: readonly string[]
}

/** Undefined for paths of the machine. `..` never leads out of a URL's root. */
export function urlParts(at: string): UrlParts | undefined {
  const [, scheme, authority, rest] = isRemotePath(at) ? url.exec(at)! : []
  if (scheme === undefined) return undefined
  const names: string[] = []
  for (const name of rest!.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return { scheme: scheme.toLowerCase(), authority: authority!, names }
}

function urlOf({ scheme, authority }: UrlParts, names: readonly string[]): string { return `${scheme}://${authority}/${names.join('/')}` }

/**
 * The one whole form of a path: absolute and without `.` and `..`; `file:` is taken off. Throws IllegalArgumentError for a
 * URL with a user name or password in it.
 */
export function resolvePath(at: string): string {
  const parts = urlParts(at)
  if (parts === undefined) return path.resolve(withoutFileScheme(at))
  const { scheme, authority } = parts
  if (authority.includes('@')) {
    throw new IllegalArgumentError(`A path must not have a user name or password in it: ${scheme}://***@${authority.slice(authority.lastIndexOf('@') + 1)}/...`, {
      hint: 'Give them as settings, or in the environment: see docs/file-systems.md.',
    })
  }
  return urlOf(parts, parts.names)
}

/** A path of the machine as node:fs takes it: `file:/tmp`, `file:///tmp` -> `/tmp`. */
export function withoutFileScheme(at: string): string { return at.startsWith('file:/') ? at.replace(/^file:\/+/, '/') : at }

/** `names` below `at`; without names, `at` without superfluous parts. */
export function joinPath(at: string, ...names: readonly string[]): string {
  const parts = urlParts(at)
  if (parts === undefined) return path.join(withoutFileScheme(at), ...names)
  return urlOf(parts, urlParts(urlOf(parts, [...parts.names, ...names]))!.names)
}

/** The folder that holds `at`; the root is its own. */
export function parentPath(at: string): string {
  const parts = urlParts(at)
  return parts === undefined ? path.dirname(withoutFileScheme(at)) : urlOf(parts, parts.names.slice(0, -1))
}

/** The last name of `at`; '' for the root. */
export function baseName(at: string): string {
  const parts = urlParts(at)
  return parts === undefined ? path.basename(withoutFileScheme(at)) : parts.names.at(-1) ?? ''
}

/** Where a search below `at` begins, and the names that lead from there to it: globs are looked for in these. */
export function splitPath(at: string): { readonly root: string, readonly names: readonly string[] } {
  const parts = urlParts(at)
  if (parts !== undefined) return { root: urlOf(parts, []), names: parts.names }
  const local = withoutFileScheme(at)
  return { root: path.parse(local).root, names: local.split(path.sep === '\\' ? /[\\/]/ : '/').filter(name => name !== '') }
}

/** True when `inner` lies below `outer`; both in their whole form. */
export function isBelow(inner: string, outer: string): boolean {
  const separator = isRemotePath(outer) ? '/' : path.sep
  return inner !== outer && inner.startsWith(outer.endsWith(separator) ? outer : outer + separator)
}
