/**
 * Where in the user's program an operator was called. A call site costs one captured stack and is only turned into text
 * when somebody asks, since most never are asked.
 */
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = path.resolve(__dirname, '..', '..')
const ownFolders = [path.join(packageRoot, 'lib') + path.sep, path.join(packageRoot, 'dist') + path.sep]
const framesMax = 24

let current: CallSite | undefined

export class CallSite {
  private holder: { stack?: string } | undefined
  private text: string | undefined

  private constructor(readonly operator: string, text?: string) { this.text = text }

  /**
   * The user's line that called `operator`. Inside `CallSite.within` that site is returned instead: what an operator
   * does on the user's behalf belongs to the user's one call.
   */
  static capture(operator: string): CallSite {
    if (current !== undefined) return current
    const site = new CallSite(operator)
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = framesMax
    site.holder = {}
    Error.captureStackTrace(site.holder, CallSite.capture)
    Error.stackTraceLimit = before
    return site
  }

  /** A site that is known already, as when it comes from another thread. */
  static of(operator: string, location: string): CallSite { return new CallSite(operator, location) }

  /** Runs `f` so that every operator called in it has this call site. `f` must be synchronous. */
  static within<R>(site: CallSite | undefined, f: () => R): R {
    const before = current
    current = site
    try { return f() } finally { current = before }
  }

  /** `app.ts:12`, or `<unknown>` where the stack holds no line of the user's. */
  get location(): string {
    if (this.text === undefined) {
      this.text = userLine(this.holder?.stack ?? '') ?? '<unknown>'
      this.holder = undefined
    }
    return this.text
  }

  /** `map at app.ts:12`, as Spark writes it. */
  toString(): string { return `${this.operator} at ${this.location}` }
}

/** The first line of a stack that is neither Millrace's nor Node's own, as `file:line`. */
export function userLine(stack: string): string | undefined {
  for (const frame of stack.split('\n').slice(1)) {
    const [, place, line] = evalPlace.exec(frame) ?? framePlace.exec(frame) ?? []
    if (place === undefined) continue
    const file = place.startsWith('file://') ? fileURLToPath(place) : place
    if (notUsers.test(file) || ownFolders.some(folder => file.startsWith(folder))) continue
    return `${path.basename(file)}:${line}`
  }
  return undefined
}

/** `at f (file:line:column)` or `at file:line:column`. */
const framePlace = /^\s+at (?:.*? \()?(?:async )?(.+?):(\d+):\d+\)?$/
/** Code that was made at run time belongs to the line that made it: `(eval at f (file:line:column), <anonymous>:1:1)`. */
const evalPlace = /\(eval at .*\((.+?):(\d+):\d+\)/
/** Node's own files, and loops that were generated. */
const notUsers = /^(?:node:|millrace-stage-)/

/** Runs the body of an operator that is made of others: whatever it makes has this one name and line. */
export function named<R>(operator: string, f: () => R): R {
  return current === undefined ? CallSite.within(CallSite.capture(operator), f) : f()
}
