// A program that is killed: copies the lines of new files into a folder a batch, counts them in a state, and keeps its checkpoint
// on the same file system. What it is told comes as JSON in its first argument; it stops in order when its parent says so.
const { SparkConf, SparkContext, StreamingContext, Milliseconds } = require('../../../../dist/index.js')

const { input, output, counts, checkpoint, settings, master, batchMs } = JSON.parse(process.argv[2])

async function main() {
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('copy').setAll(Object.entries(settings)))
  const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
    const fresh = new StreamingContext(sc, Milliseconds(batchMs))
    const lines = fresh.fileStream(input, { newFilesOnly: false })
    lines.saveAsTextFiles(output)
    lines.map(line => [line.split(' ')[0], 1]).updateStateByKey((news, before) => news.reduce((a, b) => a + b, before ?? 0)).saveAsTextFiles(counts)
    return fresh
  })
  await ssc.start()
  process.send({ started: true, isRecovered: ssc.isRecovered })
  process.on('message', () => { ssc.stop(true, true).then(() => process.exit(0), error => fail(error)) })
  process.on('disconnect', () => process.exit(3))
  await ssc.awaitTermination()
}

function fail(error) {
  console.error(error)
  process.exit(1)
}

main().catch(fail)
