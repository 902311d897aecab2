/**
 * A Kinesis for specs: kinesalite as a process of its own on the loopback, whose clock can be set ahead (retention, iterators
 * that expire), and what producers and operators do with it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import * as path from 'node:path'
import type { KinesisClient, ListShardsOutput } from '@aws-sdk/client-kinesis'
import { eventually } from '../../support/eventually'

const sdk = require('@aws-sdk/client-kinesis') as typeof import('@aws-sdk/client-kinesis')
const { NodeHttpHandler } = require('@smithy/node-http-handler') as typeof import('@smithy/node-http-handler')

const child = `
let aheadMs = 0, requests = [], refusals = 0
const RealDate = Date
const realNow = Date.now
globalThis.Date = class extends RealDate {
  constructor(...given) { if (given.length === 0) super(RealDate.now()); else super(...given) }
  static now() { return realNow() + aheadMs }
}
RealDate.now = () => realNow() + aheadMs
const server = require('kinesalite')({ createStreamMs: 5, deleteStreamMs: 5, updateStreamMs: 5, shardLimit: 100 })
const [answer] = server.listeners('request')
server.removeAllListeners('request')
server.on('request', (request, response) => {
  const call = String(request.headers['x-amz-target']).split('.')[1]
  response.setHeader('Date', new RealDate(RealDate.now()).toUTCString())
  if (call === 'GetRecords' && refusals > 0) {
    refusals--
    response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ __type: 'ProvisionedThroughputExceededException', message: 'Rate exceeded for shard' }))
    return
  }
  answer.call(server, request, response)
})
process.on('message', message => {
  if (message.aheadMs !== undefined) aheadMs = message.aheadMs
  if (message.refusals !== undefined) refusals = message.refusals
  process.send({ done: true })
})
process.on('disconnect', () => process.exit())
server.listen(Number(process.argv[1]), '127.0.0.1', () => process.send({ port: server.address().port }))
`

export interface Put {
  readonly key?: string
  readonly data: string | Uint8Array
  readonly hashKey?: string
}

export class Kinesalite {
  readonly client: KinesisClient
  private streams = 0

  private constructor(private readonly process: ChildProcess | undefined, readonly endpoint: string) {
    this.client = new sdk.KinesisClient({
      endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, requestHandler: new NodeHttpHandler(),
    })
  }

  static async start(port = 0): Promise<Kinesalite> {
    const process = spawn(global.process.execPath, ['-e', child, String(port)], {
      cwd: path.join(__dirname, '../../..'), stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const { port: taken } = await answerOf(process)
    return new Kinesalite(process, `http://127.0.0.1:${taken}`)
  }

  /** One that somebody else has started. */
  static at(endpoint: string): Kinesalite { return new Kinesalite(undefined, endpoint) }

  async stop(): Promise<void> {
    this.client.destroy()
    const { process } = this
    if (process === undefined) return
    const closed = new Promise(resolve => process.once('close', resolve))
    process.kill()
    await closed
  }

  /** Sets its clock ahead of this machine's. */
  async setAhead(aheadMs: number): Promise<void> { await this.tell({ aheadMs }) }

  /** The next so many calls for records exceed what a shard allows. */
  async refuse(refusals: number): Promise<void> { await this.tell({ refusals }) }

  private tell(message: object): Promise<unknown> {
    const answer = answerOf(this.process!)
    this.process!.send(message)
    return answer
  }

  /** A new stream that can be used. */
  async createStream(shards = 1): Promise<string> {
    const name = `stream-${this.streams++}`
    await this.client.send(new sdk.CreateStreamCommand({ StreamName: name, ShardCount: shards }))
    await this.active(name)
    return name
  }

  async active(name: string): Promise<void> {
    await eventually(async () => {
      const { StreamDescriptionSummary } = await this.client.send(new sdk.DescribeStreamSummaryCommand({ StreamName: name }))
      return StreamDescriptionSummary!.StreamStatus === 'ACTIVE'
    })
  }

  /** Puts records in this order, each with the key given, or by its data. */
  async put(name: string, records: readonly (string | Put)[]): Promise<void> {
    for (let i = 0; i < records.length; i += 500) {
      const part = records.slice(i, i + 500).map(record => typeof record === 'string' ? { data: record } : record)
      const answer = await this.client.send(new sdk.PutRecordsCommand({
        StreamName: name, Records: part.map(({ data, key, hashKey }) => ({
          PartitionKey: key ?? String(data).slice(0, 200), Data: typeof data === 'string' ? Buffer.from(data) : data, ExplicitHashKey: hashKey,
        })),
      }))
      if (answer.FailedRecordCount !== 0) throw new Error(`${answer.FailedRecordCount} records were refused`)
    }
  }

  async shards(name: string): Promise<NonNullable<ListShardsOutput['Shards']>> {
    return (await this.client.send(new sdk.ListShardsCommand({ StreamName: name }))).Shards!
  }

  /** Splits an open shard in the middle of its hash keys. */
  async split(name: string, shardId: string): Promise<void> {
    const { HashKeyRange } = (await this.shards(name)).find(({ ShardId }) => ShardId === shardId)!
    const middle = (BigInt(HashKeyRange!.StartingHashKey!) + BigInt(HashKeyRange!.EndingHashKey!)) / 2n
    await this.client.send(new sdk.SplitShardCommand({ StreamName: name, ShardToSplit: shardId, NewStartingHashKey: String(middle) }))
    await this.active(name)
  }

  async merge(name: string, shardId: string, adjacent: string): Promise<void> {
    await this.client.send(new sdk.MergeShardsCommand({ StreamName: name, ShardToMerge: shardId, AdjacentShardToMerge: adjacent }))
    await this.active(name)
  }
}

function answerOf(process: ChildProcess): Promise<any> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`kinesalite ended with ${code}`))
    process.once('exit', ended)
    process.once('message', message => {
      process.off('exit', ended)
      resolve(message)
    })
  })
}
