/** Makes the master URLs of the embedded engine known: local, local[N], local[*], local[N, maxFailures]. */
import { availableParallelism } from 'node:os'
import { IllegalArgumentError } from '../base/errors'
import { readSetting } from '../conf/settings'
import { registerEngine } from '../rdd/runner'
import { LocalRunner } from './local-runner'

const form = /^local(?:\[\s*(\*|\d+)\s*(?:,\s*(\d+)\s*)?\])?$/

registerEngine(form, ({ master, conf, events }) => {
  const [, threads, failures] = form.exec(master)!
  const parallelism = threads === undefined ? 1 : threads === '*' ? availableParallelism() : Number(threads)
  if (parallelism < 1) {
    throw new IllegalArgumentError(`Asked to run locally with ${parallelism} threads`, { hint: 'local[N] needs N of 1 or more.' })
  }
  const maxFailures = failures === undefined ? readSetting(conf, 'spark.task.maxFailures') : Number(failures)
  return new LocalRunner({ parallelism, maxFailures, events })
})
