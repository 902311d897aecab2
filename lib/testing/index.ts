/** The public test kit, `millrace/testing`: programs run over literal batches on a clock of the test's own. */
// A test may import nothing but this: operators, sources and the engine are those of the main entry.
import '../rdd/catalogue'
import '../streaming/catalogue'
import '../connect/catalogue'
import '../local/index'

export { ManualClock } from '../base/clock'
export { collectBatches } from './collect-batches'
export { testStream, type StreamTestOptions } from './test-stream'
export { waitForBatches } from './wait-for-batches'
export { sourceContract } from './connector-contract/source-contract'
export type { SourceHarness, SourcePlace } from './connector-contract/source-harness'
export type { ContractCase } from './connector-contract/contract-case'
export * from './memory-kafka/index'
export { sinkContract } from './connector-contract/sink-contract'
export type { SinkHarness, SinkPlace } from './connector-contract/sink-harness'
