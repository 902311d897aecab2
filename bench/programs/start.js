// The word count over a real socket, up to its first batch. Prints its own peak memory at the end.
const net = require('node:net')
const { Milliseconds, StreamingContext } = require('millrace')

const server = net.createServer(socket => { socket.write('to be or not to be\n') }).listen(0, '127.0.0.1', async () => {
  const ssc = new StreamingContext('local', 'start', Milliseconds(Number(process.argv[2])))
  const counts = ssc.socketTextStream('127.0.0.1', server.address().port)
    .flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.print()
  counts.foreachRDD(() => { setImmediate(finish) })
  const finish = async () => {
    await ssc.stop()
    server.close()
    console.log(`peak ${process.resourceUsage().maxRSS} kB`)
    process.exit(0)
  }
  await ssc.start()
})
