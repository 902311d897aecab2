// node program.js CHECKPOINT OUTPUT push|poll PORT: writes the bodies of all events it gets to text files, exactly once, behind the
// write-ahead log. Meant to be killed and started again on the same folder.
const path = require('node:path')
const { FlumeUtils, Milliseconds, SparkConf, StreamingContext } = require(path.join(__dirname, '..', '..', '..', 'dist', 'index.js'))

const [checkpoint, output, kind, port] = process.argv.slice(2)

async function main() {
  const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
    const conf = new SparkConf().setMaster('local').setAppName('flume').set('spark.streaming.receiver.writeAheadLog.enable', true)
    const fresh = new StreamingContext(conf, Milliseconds(100))
    const events = kind === 'push' ? FlumeUtils.createStream(fresh, '127.0.0.1', Number(port))
      : FlumeUtils.createPollingStream(fresh, [{ host: '127.0.0.1', port: Number(port) }], undefined, 50, 3)
    events.uid('events').map(event => Buffer.from(event.body).toString()).saveAsTextFiles(path.join(output, 'batch'))
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
