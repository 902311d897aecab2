/**
 * The rows of the table of settings that do not begin with `spark.streaming.`.
 */
import * as os from 'node:os'
import * as v8 from 'node:v8'
import type { Setting } from './setting-kinds'

const ofHeap = (share: number) => () => `${Math.floor(v8.getHeapStatistics().heap_size_limit * share)}b`

export const generalSettings = {
  'spark.master': {
    kind: 'string', default: undefined, status: 'used',
    doc: 'Where the program runs: local, local[N], local[*] or local[N, maxFailures]; spark://host:port '
      + 'later.',
  },
  'spark.app.name': {
    kind: 'string', default: undefined, status: 'used',
    doc: 'The name of the application. Needed.',
  },
  'spark.default.parallelism': {
    kind: 'int', default: undefined, defaultText: 'the cores of the master', min: 1, status: 'used',
    doc: 'Partitions of what shuffle operators and parallelize give when none are asked for.',
  },
  'spark.task.maxFailures': {
    kind: 'int', default: 1, min: 1, status: 'used',
    doc: 'How often a task may fail before its job does. Locally 1: an error of a function is not tried '
      + 'again; local[N, maxFailures] overrides it.',
  },
  'spark.rdd.limit.scaleUpFactor': {
    kind: 'int', default: 4, min: 2, status: 'used',
    doc: 'How many times more partitions take(n) looks at each round until it has n elements.',
  },
  'spark.local.dir': {
    kind: 'string', default: () => os.tmpdir(), defaultText: 'the temporary folder of the system',
    status: 'used',
    doc: 'Where blocks and sorts go that do not fit into memory.',
  },
  'spark.driver.maxResultSize': {
    kind: 'size', default: '1g', unit: 'b', status: 'used',
    doc: 'The largest result of one action, estimated; 0 means any.',
  },
  'spark.locality.wait': {
    kind: 'time', default: '3s', unit: 'ms', min: 0, status: 'used',
    doc: 'How long a task waits for the thread that holds its block before it goes to another.',
  },
  'spark.speculation': {
    kind: 'boolean', default: false, status: 'used',
    doc: 'Runs a copy of a slow task on an idle thread; the first of the two to finish wins.',
  },
  'spark.speculation.interval': {
    kind: 'time', default: '100ms', unit: 'ms', above: 0, status: 'used', doc: 'How often running tasks are looked at for slow ones.',
  },
  'spark.speculation.multiplier': {
    kind: 'double', default: 1.5, min: 1, status: 'used', doc: 'How many times the median of its stage a slow task takes.',
  },
  'spark.speculation.quantile': {
    kind: 'double', default: 0.75, min: 0, status: 'used', doc: 'The part of a stage that must be done before tasks count as slow.',
  },
  'millrace.explain': {
    kind: 'enum', default: 'none', values: ['none', 'stages', 'code'], status: 'used',
    doc: 'Prints the stages of every job on standard error, once a line of the program; with `code` also the generated loops.',
  },
  'millrace.thread.heartbeatTimeout': {
    kind: 'time', default: '60s', unit: 'ms', above: 0, status: 'used',
    doc: 'How long a thread may work without a sign of life before it is taken to hang and is replaced. Loops over elements '
      + 'give one all the time; a single call of a function that computes for longer needs a larger value.',
  },
  'spark.scheduler.mode': {
    kind: 'enum', default: 'FIFO', values: ['FIFO', 'FAIR'], status: 'used',
    doc: 'How concurrent jobs share the threads: in their order, or evenly by pool (the property spark.scheduler.pool).',
  },
  'spark.hadoop.validateOutputSpecs': {
    kind: 'boolean', default: true, status: 'used',
    doc: 'Saving into a folder that exists is an error. Inside streaming jobs it is replaced in any case.',
  },
  'spark.cleaner.ttl': {
    kind: 'string', default: undefined, status: 'cluster', doc: 'Removed in Spark 1.6; without effect.',
  },
  'millrace.memory.storage': {
    kind: 'size', default: ofHeap(0.3), defaultText: '30 % of the heap limit', unit: 'b', status: 'used',
    doc: 'Memory for persisted blocks; beyond it the least recently used ones leave.',
  },
  'millrace.memory.execution': {
    kind: 'size', default: ofHeap(0.25), defaultText: '25 % of the heap limit', unit: 'b', min: 1,
    status: 'used',
    doc: 'Memory for shuffles, groupings and sorts, shared among the threads of local[N]; beyond it they go on through files'
      + ' in spark.local.dir.',
  },
  'millrace.codegen.inline': {
    kind: 'boolean', default: true, status: 'used',
    doc: 'Compiles simple functions into the loop of their stage. The results are the same without it.',
  },
  'spark.dynamicAllocation.enabled': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Spark\'s dynamic allocation for batch programs.',
  },
  'spark.home': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'Where Spark is installed on the workers.',
  },
  'spark.jars': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'Jars for the executors, with commas between.',
  },
  'spark.executor.memory': {
    kind: 'size', default: undefined, unit: 'm', status: 'cluster',
    doc: 'Memory of one executor.',
  },
  'spark.executor.cores': {
    kind: 'int', default: undefined, min: 1, status: 'cluster',
    doc: 'Cores of one executor.',
  },
  'spark.executor.instances': {
    kind: 'int', default: undefined, min: 0, status: 'cluster',
    doc: 'The number of executors.',
  },
  'spark.driver.memory': {
    kind: 'size', default: undefined, unit: 'm', status: 'cluster',
    doc: 'Memory of Spark\'s driver; Node takes --max-old-space-size.',
  },
  'spark.driver.host': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'The address of the driver.',
  },
  'spark.driver.port': {
    kind: 'int', default: undefined, min: 0, status: 'cluster',
    doc: 'The port of the driver.',
  },
  'spark.cores.max': {
    kind: 'int', default: undefined, min: 1, status: 'cluster',
    doc: 'Cores of the whole application.',
  },
  'spark.serializer': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'The class that serializes JVM objects.',
  },
  'spark.ui.enabled': {
    kind: 'boolean', default: true, status: 'later',
    doc: 'The web page of the application.',
  },
  'spark.ui.port': { kind: 'int', default: 4040, min: 0, status: 'later', doc: 'The port of that page.' },
  'spark.eventLog.enabled': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Writes Spark\'s event log.',
  },
  'spark.eventLog.dir': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'Where the event log goes.',
  },
} as const satisfies Record<string, Setting>
