/** Real Flume agents: their Avro sink sends to us, Spark's sink is fetched from, and our program is killed while they do. */
import * as net from 'node:net'
import * as path from 'node:path'
import { FlumeUtils, type DStream, type SparkFlumeEvent } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { withStreaming } from '../../support/streams'
import { avroSink, freePorts, startFlume, type FlumeOptions, type System } from '../support/index'
import { withVictim, type Victim } from '../support/victim'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `event ${i}`)

/** Starts an agent and has it closed, whatever happens. */
async function withAgent<R>(options: FlumeOptions, f: (agent: System, say: (lines: readonly string[]) => void) => Promise<R>): Promise<R> {
  const agent = await startFlume(options)
  const socket = net.connect(agent.port, '127.0.0.1')
  socket.on('error', () => undefined)
  try { return await f(agent, lines => socket.write(lines.map(line => `${line}\n`).join(''))) } finally {
    socket.destroy()
    await agent.close()
  }
}

function gather(stream: DStream<SparkFlumeEvent>): { texts: string[], headers: Map<string, string>[] } {
  const all = { texts: [] as string[], headers: [] as Map<string, string>[] }
  stream.foreachRDD(async rdd => {
    for (const { headers, body } of await rdd.collect()) {
      all.texts.push(Buffer.from(body).toString())
      all.headers.push(headers as Map<string, string>)
    }
  })
  return all
}

describe('an Avro sink', () => {
  test.each([
    ['one by one', { 'batch-size': 1 }, 300, false], ['in batches of 100', { 'batch-size': 100 }, 20_000, false],
    ['in batches of 1000', { 'batch-size': 1_000 }, 20_000, false], ['compressed', { 'batch-size': 100, 'compression-type': 'deflate' }, 20_000, true],
  ])('sends %s: every event once, in order, with its headers', async (_, properties, count, isCompressed) => {
    const [port] = await freePorts(1)
    await withStreaming('local[2]', async ({ ssc, runBatches }) => {
      const all = gather(FlumeUtils.createStream(ssc, '127.0.0.1', port!, undefined, isCompressed))
      await ssc.start()
      await withAgent({ sink: avroSink(port!, properties) }, async (_agent, say) => {
        say(numbered(count))
        await eventually(async () => {
          await runBatches(1)
          return all.texts.length >= count
        }, 60_000)
      })
      expect(all.texts).toEqual(numbered(count))
      expect(all.headers.every(each => /^\d{13}$/.test(each.get('timestamp')!))).toBe(true)
    })
  })
})

/** A program that writes the events it gets. */
const withReceiver = <R>(kind: 'push' | 'poll', port: number, f: (victim: Victim) => Promise<R>): Promise<R> => (
  withVictim(path.join(__dirname, 'program.js'), [kind, String(port)], f))

const kills = 4

/** Kills the program some times while `count` events are on their way; nothing may be lost, and only what was not acknowledged may come twice. */
async function killedWhileReceiving(victim: Victim, count: number, say: (lines: readonly string[]) => void, mayDouble: number): Promise<void> {
  const all = numbered(count)
  await victim.start()
  for (let i = 0; i < kills; i++) {
    say(all.slice(i * count / (kills + 1), (i + 1) * count / (kills + 1)))
    const before = new Set(victim.lines()).size
    await eventually(() => new Set(victim.lines()).size > before, 60_000)
    await victim.kill()
    await victim.start()
  }
  say(all.slice(kills * count / (kills + 1)))
  await eventually(() => new Set(victim.lines()).size >= count, 90_000)
  const lines = victim.lines()
  expect([...new Set(lines)].sort()).toEqual([...all].sort())
  expect(lines.length - count).toBeLessThanOrEqual(kills * mayDouble)
}

test('a program that is killed while a sink sends to it loses nothing: the sink sends again what was not acknowledged', async () => {
  const [port] = await freePorts(1)
  await withReceiver('push', port!, victim => withAgent({ sink: avroSink(port!, { 'batch-size': 100, 'request-timeout': 5_000 }) }, (_agent, say) =>
    killedWhileReceiving(victim, 20_000, say, 100)))
})

describe("Spark's own sink", () => {
  const sink = (port: number): FlumeOptions => ({
    libraries: ['flume-spark-sink', '2.4.8'],
    sink: { type: 'org.apache.spark.streaming.flume.sink.SparkSink', hostname: '127.0.0.1', port, timeout: 2 },
  })

  test('is fetched from: every event once', async () => {
    const [port] = await freePorts(1)
    await withStreaming('local[2]', async ({ ssc, runBatches }) => {
      const all = gather(FlumeUtils.createPollingStream(ssc, [{ host: '127.0.0.1', port: port! }], undefined, 500))
      await withAgent(sink(port!), async (_agent, say) => {
        await ssc.start()
        say(numbered(20_000))
        await eventually(async () => {
          await runBatches(1)
          return all.texts.length >= 20_000
        }, 60_000)
        expect([...all.texts].sort()).toEqual(numbered(20_000).sort())
      })
    })
  })

  test('keeps the transactions of a program that is killed, and gives their events again', async () => {
    const [port] = await freePorts(1)
    await withReceiver('poll', port!, victim => withAgent(sink(port!), (_agent, say) => killedWhileReceiving(victim, 10_000, say, 50)))
  })
})
