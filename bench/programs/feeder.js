// Sends lines of words over a socket as fast as the reader takes them, and says how much at the end.
// Usage: node feeder.js MEGAWORDS; prints its port.
const net = require('node:net')
const { wordLines } = require('../support/text')

const lines = wordLines(32_000)
const blocks = Array.from({ length: 16 }, (_, i) => Buffer.from(`${lines.slice(i * 2_000, (i + 1) * 2_000).join('\n')}\n`))
const wordsPerBlock = 20_000
const limit = Number(process.argv[2]) * 1e6

const server = net.createServer(socket => {
  let sent = 0
  let next = 0
  socket.on('error', () => undefined)
  const pump = () => {
    while (sent < limit) {
      sent += wordsPerBlock
      if (!socket.write(blocks[next++ % 16])) {
        socket.once('drain', pump)
        return
      }
    }
    socket.end()
  }
  pump()
}).listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit(0)).resume()
