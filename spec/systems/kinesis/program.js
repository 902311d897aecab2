// node program.js CHECKPOINT OUTPUT ENDPOINT STREAM MASTER: writes the records of a stream to text files, exactly once. Meant to be killed
// and started again on the same folder.
const path = require('node:path')
const { KinesisInitialPositions, KinesisInputDStream, Milliseconds, SparkConf, StreamingContext } = require(path.join(__dirname, '..', '..', '..', 'dist', 'index.js'))

const [checkpoint, output, endpoint, stream, master] = process.argv.slice(2)

async function main() {
  const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
    const fresh = new StreamingContext(new SparkConf().setMaster(master).setAppName('kinesis'), Milliseconds(100))
    KinesisInputDStream.builder.streamingContext(fresh).streamName(stream).endpointUrl(endpoint).checkpointAppName('victim')
      .initialPosition(new KinesisInitialPositions.TrimHorizon()).kinesisCredentials({ accessKeyId: 'a', secretAccessKey: 'b' })
      .build().map(bytes => Buffer.from(bytes).toString()).saveAsTextFiles(path.join(output, 'batch'))
    return fresh
  })
  await ssc.start()
  process.stdout.write('started\n')
  await ssc.awaitTermination()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
