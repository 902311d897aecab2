/** The stream of Kinesis keeps the contract of sources, also when the network before it refuses or swallows everything. */
import { KinesisInitialPositions, KinesisInputDStream } from '../../../lib/index'
import { sourceContract, type SourcePlace } from '../../../lib/testing/index'
import { Kinesalite } from '../../connect/kinesis/kinesalite'
import { FaultProxy, startKinesalite, type System } from '../support'

let proxy: FaultProxy
let system: System
let kinesis: Kinesalite

beforeAll(async () => {
  proxy = await FaultProxy.start()
  system = await startKinesalite()
  proxy.to(system.port)
  kinesis = Kinesalite.at(`http://${system.address}`)
})

afterAll(async () => {
  await kinesis?.stop()
  await system?.close()
  await proxy?.close()
})

async function place(shards: number, breakDown: () => void): Promise<SourcePlace> {
  const name = await kinesis.createStream(shards)
  return {
    stream: ssc => KinesisInputDStream.builder.streamingContext(ssc).streamName(name).checkpointAppName('contract').endpointUrl(`http://${proxy.address}`)
      .initialPosition(new KinesisInitialPositions.TrimHorizon()).kinesisCredentials({ accessKeyId: 'a', secretAccessKey: 'b' })
      .build().map(bytes => Buffer.from(bytes).toString()),
    add: records => kinesis.put(name, records),
    breakDown, repair: () => proxy.heal(), close: () => proxy.heal(),
  }
}

const harnesses = [
  ['one shard, connections refused', 1, () => proxy.refuse()],
  ['three shards, a network that swallows everything', 3, () => proxy.blackhole()],
] as const

describe.each(harnesses)('KinesisInputDStream of %s', (_name, shards, breakDown) => {
  const cases = sourceContract({
    open: () => place(shards, breakDown), recovery: 'exactly once', isOrdered: shards === 1, hasBackpressure: true,
    batchIntervalMs: 200, deadlineMs: 60_000, rateLimit: { settings: { 'spark.streaming.receiver.maxRate': '50' }, recordsPerBatch: 10 },
  })
  for (const { name, run, timeoutMs } of cases) test(name, run, timeoutMs)
})
