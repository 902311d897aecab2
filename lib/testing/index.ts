/** The public test kit, `millrace/testing`: programs run over literal batches on a clock of the test's own. */
export { ManualClock } from '../base/clock'
export { collectBatches } from './collect-batches'
export { testStream, type StreamTestOptions } from './test-stream'
export { waitForBatches } from './wait-for-batches'
