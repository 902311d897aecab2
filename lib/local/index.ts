/** Makes the master URLs of the embedded engine known: local, local[N], local[*], local[N, maxFailures]. */
import { availableParallelism } from 'node:os'
import { IllegalArgumentError } from '../base/errors'
import { captureFunction } from '../closure/capture'
import { readSetting } from '../conf/settings'
import { registerEngine } from '../rdd/runner'
import { LocalRunner } from './local-runner'
import { ThreadRunner } from './threads/thread-runner'

const form = /^local(?:\[\s*(\*|\d+)\s*(?:,\s*(\d+)\s*)?\])?$/

registerEngine(form, ({ master, conf, events }) => {
  const [, threads, failures] = form.exec(master)!
  const parallelism = threads === undefined ? 1 : threads === '*' ? availableParallelism() : Number(threads)
  if (parallelism < 1) {
    throw new IllegalArgumentError(`Asked to run locally with ${parallelism} threads`, { hint: 'local[N] needs N of 1 or more.' })
  }
  const maxFailures = failures === undefined ? readSetting(conf, 'spark.task.maxFailures') : Number(failures)
  const inline = readSetting(conf, 'millrace.codegen.inline')
  const storageBytes = readSetting(conf, 'millrace.memory.storage')
  const localDirectories = readSetting(conf, 'spark.local.dir')
  const executionBytes = readSetting(conf, 'millrace.memory.execution')
  if (parallelism === 1) {
    return new LocalRunner({ parallelism, maxFailures, events, inline, storageBytes, executionBytes, localDirectories })
  }
  return new ThreadRunner({
    parallelism, maxFailures, events, capture: (f, operator, at) => captureFunction(f, { operator, at }).bytes,
    localityWaitMs: readSetting(conf, 'spark.locality.wait'), resultBytesMax: readSetting(conf, 'spark.driver.maxResultSize'),
    isFair: readSetting(conf, 'spark.scheduler.mode') === 'FAIR',
    watch: {
      heartbeatTimeoutMs: readSetting(conf, 'millrace.thread.heartbeatTimeout'),
      speculation: !readSetting(conf, 'spark.speculation') ? undefined : {
        intervalMs: readSetting(conf, 'spark.speculation.interval'), multiplier: readSetting(conf, 'spark.speculation.multiplier'),
        quantile: readSetting(conf, 'spark.speculation.quantile'),
      },
    },
    shuffleBytesMax: executionBytes,
    thread: {
      inline, storageBytes: Math.floor(storageBytes / parallelism), localDirectories,
      executionBytes: Math.max(1, Math.floor(executionBytes / parallelism)),
    },
  })
})
