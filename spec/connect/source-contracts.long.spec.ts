/** Sources of our own that need no outside system keep the contract of sources; those of outside systems run it in spec/systems. */
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import { sourceContract, type SourceHarness, type SourcePlace } from '../../lib/testing/index'
import { masters } from '../support/contexts'
import { eventually } from '../support/eventually'
import { TestServer, freePort } from '../support/line-server'

const lines = (records: readonly string[]): string => records.map(record => `${record}\n`).join('')

function files(): SourcePlace {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-'))
  const incoming = path.join(folder, 'incoming')
  fs.mkdirSync(incoming)
  let count = 0
  return {
    stream: ssc => ssc.textFileStream(incoming),
    add(records) {
      // Two files, each of which appears whole.
      for (const part of [records.slice(0, 7), records.slice(7)]) {
        const aside = path.join(folder, String(count))
        fs.writeFileSync(aside, lines(part))
        fs.renameSync(aside, path.join(incoming, `${count++}.txt`))
      }
    },
    breakDown: () => fs.renameSync(incoming, `${incoming}-away`),
    repair: () => fs.renameSync(`${incoming}-away`, incoming),
    close: () => fs.rmSync(folder, { recursive: true }),
  }
}

async function socket(): Promise<SourcePlace> {
  let server = await TestServer.start()
  const { port } = server
  return {
    stream: ssc => ssc.socketTextStream('127.0.0.1', port),
    async add(records) {
      const connected = await eventually(() => server.socket !== undefined && !server.socket.destroyed && server.socket)
      connected.write(lines(records))
    },
    breakDown: () => server.stop(),
    async repair() { server = await TestServer.start(undefined, port) },
    close: () => server.stop(),
  }
}

async function posted(): Promise<SourcePlace> {
  const port = await freePort()
  const send = (body: string): Promise<number> => new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false }, response => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject).end(body)
  })
  return {
    stream: ssc => ssc.httpStream({ port }),
    // As senders do: until it is answered that the records are stored.
    add: async records => { await eventually(async () => await send(lines(records)) === 200) },
    close: () => {},
  }
}

const receiver = { holdsRecords: false, clock: 'manual', masters } as const

const harnesses: [string, SourceHarness][] = [
  ['textFileStream', { open: files, recovery: 'exactly once', readsFromBeginning: false, countsRecords: false, clock: 'manual', masters }],
  ['socketTextStream', { open: socket, recovery: 'none', isOrdered: true, settings: { 'spark.streaming.receiverRestartDelay': '50ms' }, ...receiver }],
  ['httpStream', {
    open: posted, recovery: 'at least once', canBreakDown: false, isOrdered: true, settings: { 'spark.streaming.receiver.writeAheadLog.enable': 'true' }, ...receiver,
  }],
]

describe.each(harnesses)('%s', (_name, harness) => {
  for (const { name, run, timeoutMs } of sourceContract(harness)) test(name, run, timeoutMs)
})
