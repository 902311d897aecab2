/** Streams of Flume, with avsc as the other side: acknowledged when stored, sent again when not, and strangers at the door. */
import * as net from 'node:net'
import { FlumeUtils, type DStream, type SparkFlumeEvent, type StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { Lives } from '../../support/lives'
import { thrown } from '../../support/operator-cases'
import { quietly, warningsOf, withStreaming, type StreamRun } from '../../support/streams'
import { event, freePort, Sink, SparkSink } from './peers'

const bodyOf = ({ body }: SparkFlumeEvent): string => Buffer.from(body).toString()

function gather<T>(stream: DStream<T>): T[] {
  const all: T[] = []
  stream.foreachRDD(async rdd => { all.push(...await rdd.collect()) })
  return all
}

async function until<T>({ runBatches }: Pick<StreamRun, 'runBatches'>, all: T[], count: number): Promise<T[]> {
  await eventually(async () => {
    await runBatches(1)
    return all.length >= count
  })
  return all
}

const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `e${from + i}`)

describe.each(masters)('createStream on %s', master => {
  test('gives events with their headers and bodies, one by one and in batches', async () => {
    const port = await freePort()
    await withStreaming(master, async run => {
      const events = gather(FlumeUtils.createStream(run.ssc, '127.0.0.1', port).map(({ headers, body }) => [[...headers], [...body], body.constructor === Uint8Array]))
      await run.ssc.start()
      const sink = await Sink.connect(port)
      expect(await sink.append({ headers: { host: 'ü', constructor: 'c' }, body: Buffer.from([0, 255]) })).toBe('OK')
      expect(await sink.appendBatch([event('a'), event('')])).toBe('OK')
      expect(await sink.appendBatch([])).toBe('OK')
      await until(run, events, 3)
      expect(events).toEqual([[[['host', 'ü'], ['constructor', 'c']], [0, 255], true], [[], [97], true], [[], [], true]])
      sink.close()
    })
  })

  test('takes what several sinks send, compressed too', async () => {
    const port = await freePort()
    await withStreaming(master, async run => {
      const all = gather(FlumeUtils.createStream(run.ssc, '127.0.0.1', port, undefined, true).map(bodyOf))
      await run.ssc.start()
      await Promise.all([0, 1, 2].map(async k => {
        const sink = await Sink.connect(port, { compressed: true })
        for (let i = 0; i < 5; i++) expect(await sink.appendBatch(numbered(100, k * 500 + i * 100).map(text => event(text)))).toBe('OK')
        sink.close()
      }))
      expect((await until(run, all, 1_500)).sort()).toEqual(numbered(1_500).sort())
    })
  })
})

test('a program that is killed behind the log has every event that it acknowledged, and has it once', async () => {
  const port = await freePort()
  const lives = new Lives()
  const seen: string[] = []
  const build = (ssc: StreamingContext): void => {
    ssc.conf.set('spark.streaming.receiver.writeAheadLog.enable', true)
    FlumeUtils.createStream(ssc, '127.0.0.1', port).uid('events').map(bodyOf).foreachRDD(async rdd => { seen.push(...await rdd.collect()) })
  }
  let left = ''
  await lives.live(build, async life => {
    const sink = await Sink.connect(port)
    for (let i = 0; i < 10; i++) expect(await sink.appendBatch(numbered(10, i * 10).map(text => event(text)))).toBe('OK')
    left = await life.killed()
    sink.close()
  })
  expect(seen).toEqual([])
  await lives.live(build, life => until(life, seen, 100), { directory: left, atMs: 100_000 })
  expect(seen).toEqual(numbered(100))
})

test('what could not be stored is answered with FAILED', async () => {
  const port = await freePort()
  await quietly(() => withStreaming('local', async ({ ssc }) => {
    const stream = FlumeUtils.createStream(ssc, '127.0.0.1', port)
    stream.print()
    await ssc.start()
    const sink = await Sink.connect(port)
    expect(await sink.append(event('a'))).toBe('OK')
    const supervisor: any = (stream as any).supervisor
    supervisor.blocks.store = () => Promise.reject(new Error('the disk is full'))
    expect(await sink.append(event('b'))).toBe('FAILED')
    sink.close()
  }))
})

test('strangers are sent away with a line in the log, and agents stay', async () => {
  const port = await freePort()
  const warnings = await warningsOf(() => withStreaming('local', async run => {
    const all = gather(FlumeUtils.createStream(run.ssc, '127.0.0.1', port).map(bodyOf))
    await run.ssc.start()
    const sink = await Sink.connect(port)
    await sink.append(event('before'))
    const frame = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), Buffer.from(new Uint32Array([bytes.length]).buffer).reverse(), bytes])
    const strange = [
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), frame(Buffer.alloc(0)), frame(Buffer.alloc(40, 255)),
      Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255]), frame(Buffer.concat([Buffer.alloc(16), Buffer.from([2, 4]), Buffer.from('{}'), Buffer.alloc(17)])),
    ]
    for (const bytes of strange) {
      await new Promise<void>(resolve => {
        const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes))
        socket.on('error', () => undefined).on('close', () => resolve())
      })
    }
    expect(await sink.append(event('after'))).toBe('OK')
    expect(await until(run, all, 2)).toEqual(['before', 'after'])
    sink.close()
  }))
  const closed = warnings.filter(line => /The connection of 127\.0\.0\.1:\d+ was closed: /.test(line))
  expect(closed.map(line => line.replace(/^.* was closed: /, ''))).toEqual([
    'no Avro RPC: a frame of 790644820 buffers', 'no Avro RPC: the message ends too early', expect.stringMatching(/^no Avro RPC: /),
    'a frame has more than 67108864 bytes (flumeFrameBytesMax)', 'no Avro RPC: its protocol undefined is another',
  ])
})

test('a port that is taken is tried again until it is free', async () => {
  const port = await freePort()
  const taken = net.createServer()
  await new Promise<void>(resolve => taken.listen(port, '127.0.0.1', resolve))
  await quietly(() => withStreaming('local', async run => {
    const errors: string[] = []
    const all = gather(FlumeUtils.createStream(run.ssc, '127.0.0.1', port).map(bodyOf))
    run.ssc.addStreamingListener({ onReceiverError: ({ receiverInfo }: any) => { errors.push(receiverInfo.lastErrorMessage) } } as never)
    await run.ssc.start()
    await eventually(() => errors.some(each => each.includes(`Could not listen on 127.0.0.1:${port}`)))
    await new Promise(resolve => taken.close(resolve))
    await run.clock.advance(2_000)
    const sink = await Sink.connect(port)
    await sink.append(event('late'))
    expect(await until(run, all, 1)).toEqual(['late'])
    sink.close()
  }))
})

describe.each(masters)('createPollingStream on %s', master => {
  test('fetches from all addresses and acknowledges what is stored', async () => {
    const sinks = await Promise.all([0, 1].map(k => new SparkSink(numbered(500, k * 500).map(text => event(text, { k: String(k) }))).listen(0)))
    await withStreaming(master, async run => {
      const addresses = sinks.map(({ port }) => ({ host: '127.0.0.1', port }))
      const all = gather(FlumeUtils.createPollingStream(run.ssc, addresses, undefined, 100, 3).map(bodyOf))
      await run.ssc.start()
      expect((await until(run, all, 1_000)).sort()).toEqual(numbered(1_000).sort())
      await eventually(() => sinks.every(({ acknowledged }) => acknowledged.length === 500))
    })
    await Promise.all(sinks.map(sink => sink.stop()))
  })
})

test('a sink that goes away and comes back is fetched from again, and gives what was not acknowledged', async () => {
  const sink = await new SparkSink(numbered(10).map(text => event(text))).listen(0)
  const { port } = sink
  await quietly(() => withStreaming('local', async run => {
    const stream = FlumeUtils.createPollingStream(run.ssc, '127.0.0.1', port)
    const all = gather(stream.map(bodyOf))
    await run.ssc.start()
    await until(run, all, 10)
    await sink.stop()
    sink.channel.push(...numbered(10, 10).map(text => event(text)))
    await sink.listen(port)
    expect(new Set(await until(run, all, 20))).toEqual(new Set(numbered(20)))
    const supervisor: any = (stream as any).supervisor
    const { store } = supervisor.blocks
    supervisor.blocks.store = () => Promise.reject(new Error('the disk is full'))
    sink.channel.push(event('again'))
    await eventually(() => sink.nacks > 0)
    expect(sink.acknowledged).not.toContain('again')
    supervisor.blocks.store = store
    await until(run, all, 21)
    expect(all.filter(each => each === 'again')).toHaveLength(1)
    await sink.stop()
  }))
})

describe('what is refused at the call', () => {
  const wrong: [string, (ssc: StreamingContext) => unknown][] = [
    ['FlumeUtils.createStream: the host must be a name or an address, got ', ssc => FlumeUtils.createStream(ssc, '', 1)],
    ['FlumeUtils.createStream: the port must be a whole number from 1 to 65535, got 0', ssc => FlumeUtils.createStream(ssc, 'h', 0)],
    ['FlumeUtils.createStream: the storage level must be a StorageLevel, got 5', ssc => FlumeUtils.createStream(ssc, 'h', 1, 5 as never)],
    ['FlumeUtils.createStream: enableDecompression must be true or false, got "yes"', ssc => FlumeUtils.createStream(ssc, 'h', 1, undefined, 'yes' as never)],
    ['FlumeUtils.createStream: the first argument must be a StreamingContext, got "h"', () => FlumeUtils.createStream('h' as never, 'h', 1)],
    ['FlumeUtils.createPollingStream: the addresses must be a list of one or more, got an array of 0', ssc => FlumeUtils.createPollingStream(ssc, [])],
    ['FlumeUtils.createPollingStream: the host must be a name or an address, got undefined', ssc => FlumeUtils.createPollingStream(ssc, [{} as never])],
    ['FlumeUtils.createPollingStream: maxBatchSize must be a whole number, 1 or more, got 0', ssc => FlumeUtils.createPollingStream(ssc, [{ host: 'h', port: 1 }], undefined, 0)],
    ['FlumeUtils.createPollingStream: parallelism must be a whole number, 1 or more, got 1.5', ssc => FlumeUtils.createPollingStream(ssc, [{ host: 'h', port: 1 }], undefined, 1, 1.5)],
  ]
  test.each(wrong)('%s', async (message, make) => {
    await withStreaming('local', ({ ssc }) => {
      expect(thrown(() => make(ssc))).toMatchObject({ message, code: 'MR_ILLEGAL_ARGUMENT', at: expect.stringContaining('source.spec.ts') })
    })
  })
})

