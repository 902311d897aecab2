/** An error in a task together with the operator that it came from. The first operator that saw it is the one. */
import type { CallSite } from '../base/call-site'

export class TaskFailure {
  constructor(readonly cause: unknown, readonly site: CallSite | undefined) {}
}

/** Called by generated loops: `at` counts the input as 0 and the operators from 1. */
export function locate(error: unknown, sites: readonly CallSite[], at: number): TaskFailure {
  return error instanceof TaskFailure ? error : new TaskFailure(error, sites[at])
}
