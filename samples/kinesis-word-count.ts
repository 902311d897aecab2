/**
 * Counts the words in the records of a Kinesis stream, by a key's order and over a split of its shard. Without an endpoint it starts kinesalite, a
 * Kinesis for tests, in its own process:
 *
 *   npm install @aws-sdk/client-kinesis @smithy/node-http-handler kinesalite
 *   millrace run-example kinesis-word-count
 *   millrace run-example kinesis-word-count http://127.0.0.1:4567   (a Kinesis of yours; it needs credentials in the environment)
 */
import type { AddressInfo } from 'node:net'
import { KinesisInitialPositions, KinesisInputDStream, Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const lines = ['the mill turns the wheel', 'water comes and flour goes', 'the race carries the water']
const name = `millrace-words-${process.pid}`

/** Kinesalite on the loopback, where it is installed. */
async function startKinesis(): Promise<{ readonly endpoint: string, readonly stop: () => void }> {
  let kinesalite: any
  try { kinesalite = require('kinesalite') } catch {
    console.log('There is no endpoint and no kinesalite: npm install kinesalite, or give the URL of a Kinesis.')
    process.exit(0)
  }
  const server = kinesalite({ createStreamMs: 10, updateStreamMs: 10 })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  process.env.AWS_ACCESS_KEY_ID ??= 'anybody'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'anything'
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).find(argument => argument.startsWith('http'))
  const { endpoint, stop } = given === undefined ? await startKinesis() : { endpoint: given, stop: () => undefined }
  const { KinesisClient, CreateStreamCommand, DeleteStreamCommand, PutRecordsCommand, SplitShardCommand, waitUntilStreamExists } = await import('@aws-sdk/client-kinesis')
  const { NodeHttpHandler } = await import('@smithy/node-http-handler')
  const client = new KinesisClient({ endpoint, region: 'us-east-1', requestHandler: new NodeHttpHandler() })
  const exists = () => waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { StreamName: name })
  const put = () => client.send(new PutRecordsCommand({
    StreamName: name, Records: lines.map(line => ({ PartitionKey: line.slice(0, 3), Data: Buffer.from(line) })),
  }))

  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }))
  await exists()
  const ssc = new StreamingContext(settings('KinesisWordCount'), Milliseconds(200))
  const records = KinesisInputDStream.builder.streamingContext(ssc).streamName(name).endpointUrl(endpoint)
    .initialPosition(new KinesisInitialPositions.TrimHorizon()).checkpointAppName('words').build()
  const totals = new Map<string, number>()
  let count = 0
  const counted = new Promise<void>(resolve => {
    records.count().foreachRDD(async rdd => {
      count += (await rdd.collect())[0] ?? 0
      if (count === 2 * lines.length) resolve()
    })
  })
  records.flatMap(bytes => new TextDecoder().decode(bytes).split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
    .foreachRDD(async rdd => {
      for (const [word, n] of await rdd.collect()) totals.set(word, (totals.get(word) ?? 0) + n)
    })
  await ssc.start()
  await put()
  // What comes now is in the two shards that the first one is split into, and is read when that has been read to its end.
  await client.send(new SplitShardCommand({ StreamName: name, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(2n ** 127n) }))
  await exists()
  await put()
  await counted
  await ssc.stop({ stopGracefully: true })
  console.log([...totals].filter(([, n]) => n > 2).sort().map(([word, n]) => `${word} ${n}`).join(', '))

  await client.send(new DeleteStreamCommand({ StreamName: name }))
  client.destroy()
  stop()
}

void main()
