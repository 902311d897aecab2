/**
 * Counts events of Flume by the host in their headers. The agent is played by this program itself, with avsc, as an Avro sink would send; a real one
 * needs in its settings: type = avro, hostname = 127.0.0.1, and the port.
 *
 * Needs one more package, for the part of the agent: npm install avsc
 */
import * as net from 'node:net'
import { FlumeUtils, Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const protocol = {
  protocol: 'AvroSourceProtocol', namespace: 'org.apache.flume.source.avro',
  types: [
    { type: 'enum', name: 'Status', symbols: ['OK', 'FAILED', 'UNKNOWN'] },
    { type: 'record', name: 'AvroFlumeEvent', fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }] },
  ],
  messages: {
    append: { request: [{ name: 'event', type: 'AvroFlumeEvent' }], response: 'Status' },
    appendBatch: { request: [{ name: 'events', type: { type: 'array', items: 'AvroFlumeEvent' } }], response: 'Status' },
  },
}

interface FlumeEvent { readonly headers: Record<string, string>, readonly body: Buffer }

/** Connects as soon as the stream listens. */
async function connect(port: number): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1')
    const isThere = await new Promise(resolve => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
    if (isThere) return socket
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** What an agent's sink does: sends batches, one after another, and goes on when the stream has stored them. */
async function runAgent(port: number, batches: readonly (readonly FlumeEvent[])[]): Promise<void> {
  const { Service } = await import('avsc')
  const socket = await connect(port)
  const client: any = (Service.forProtocol(protocol) as any).createClient()
  client.createChannel(socket)
  for (const batch of batches) {
    const answer = await new Promise((resolve, reject) => {
      client.appendBatch(batch, (error: unknown, status: string) => error ? reject(error) : resolve(status))
    })
    console.log(`The stream answers ${answer} to ${batch.length} events.`)
  }
  socket.end()
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function main(): Promise<void> {
  const port = await freePort()
  const ssc = new StreamingContext(settings('FlumeEvents'), Milliseconds(200))
  const events = FlumeUtils.createStream(ssc, '127.0.0.1', port)
  const totals = new Map<string, number>()
  events.map(event => [event.headers.get('host') ?? 'unknown', event.body.length]).reduceByKey((a, b) => a + b)
    .foreachRDD(async rdd => {
      for (const [host, bytes] of await rdd.collect()) totals.set(host, (totals.get(host) ?? 0) + bytes)
    })
  await ssc.start()

  const event = (host: string, text: string): FlumeEvent => ({ headers: { host }, body: Buffer.from(text) })
  await runAgent(port, [
    [event('mill', 'the wheel turns'), event('bakery', 'the oven is hot')], [event('mill', 'the race is full'), event('mill', 'the wheel stops')],
  ])
  await ssc.stop({ stopGracefully: true })
  for (const [host, bytes] of [...totals].sort()) console.log(`${host}: ${bytes} bytes`)
}

void main()
