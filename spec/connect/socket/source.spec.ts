import * as net from 'node:net'
import * as readline from 'node:readline'
import { IllegalArgumentError, rawSocketBlock, StorageLevel, type StreamingContext } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { freePort, TestServer } from '../../support/line-server'
import { withLog } from '../../support/logged'
import { withStreaming, type StreamRun } from '../../support/streams'

const host = '127.0.0.1'

/** Runs batches until `list` holds so many elements, and gives them. */
async function gathered<T>({ runBatches }: StreamRun, batches: readonly T[][], count: number): Promise<T[]> {
  await eventually(async () => {
    await runBatches(1)
    return batches.flat().length >= count
  })
  return batches.flat()
}

/** A server for one spec body. */
async function withServer(onConnect: ((socket: net.Socket) => void) | undefined, body: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await TestServer.start(onConnect)
  try { await body(server) } finally { await server.stop() }
}

/** Writes pieces one after another, each in a packet of its own where the system lets it. */
async function writeInPieces(socket: net.Socket, bytes: Uint8Array, size: number): Promise<void> {
  socket.setNoDelay(true)
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise<void>(resolve => { socket.write(bytes.subarray(at, at + size), () => resolve()) })
  }
}

describe.each(masters)('socketTextStream on %s', master => {
  test('lines, however UTF-8 and line ends are cut into packets', () => withServer(undefined, server => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.socketTextStream(host, server.port))
    await run.ssc.start()
    const socket = await eventually(() => server.socket)
    const lines = ['größer', '', '🙂 naïve', 'a\rb', '日本語', '\u0000']
    await writeInPieces(socket, Buffer.from(lines.join('\r\n') + '\n'), 1)
    expect(await gathered(run, batches, lines.length)).toEqual(lines)
  })))

  test('what this process has received before a batch is made is in that batch', () => withServer(socket => socket.write('one\ntwo\nhalf'), server => withStreaming(master, async ({ ssc, runBatches }) => {
    const batches = collectBatches(ssc.socketTextStream(host, server.port))
    await ssc.start()
    await eventually(() => ssc.receiverTracker.hasUnallocatedBlocks)
    await runBatches(1)
    expect(batches).toEqual([['one', 'two']])
  })))

  test('the end of the connection ends the last line, and 2 seconds later it connects again', () => withLog(lines => withServer(
    socket => socket.end(`connection ${Math.min(server!.sockets.length, 2)}`), async s => {
      server = s
      await withStreaming(master, async run => {
        const batches = collectBatches(run.ssc.socketTextStream(host, s.port))
        await run.ssc.start()
        expect(await gathered(run, batches, 2)).toEqual(['connection 1', 'connection 2'])
        expect(lines.join()).toMatch(/Restarting receiver with delay 2000 ms: Socket data stream had no more data. Trying to connect again/)
      })
    })))
  let server: TestServer | undefined

  test('a connection that breaks gives no half line', () => withLog(lines => withServer(undefined, server => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.socketTextStream(host, server.port))
    await run.ssc.start()
    const socket = await eventually(() => server.socket)
    await writeInPieces(socket, Buffer.from('whole\nhal'), 100)
    await eventually(() => run.ssc.receiverTracker.hasUnallocatedBlocks)
    socket.resetAndDestroy()
    await eventually(() => lines.some(line => line.includes('Error receiving data')))
    await run.runBatches(3)
    await eventually(() => server.sockets.length === 2)
    server.socket!.write('after\n')
    expect(await gathered(run, batches, 2)).toEqual(['whole', 'after'])
  }))))

  test('where nothing listens it says once what to start, keeps trying, and reads when something does', () => withLog(async lines => {
    const port = await freePort()
    await withStreaming(master, async run => {
      const errors: string[] = []
      run.ssc.addStreamingListener({ onReceiverError: ({ receiverInfo }) => { errors.push(`${receiverInfo.lastErrorMessage} - ${receiverInfo.lastError}`) } })
      const batches = collectBatches(run.ssc.socketTextStream(host, port))
      await run.ssc.start()
      for (let attempt = 1; attempt <= 3; attempt++) {
        await eventually(() => errors.length === attempt)
        await run.runBatches(2)
      }
      expect(errors[0]).toBe(`Restarting receiver with delay 2000 ms: Could not connect to ${host}:${port}. Start a server there, for example: nc -lk ${port} - connect ECONNREFUSED ${host}:${port}`)
      expect(lines.filter(line => line.includes('Could not connect'))).toHaveLength(1)
      const late = await TestServer.start(socket => socket.write('at last\n'), port)
      try {
        expect(await gathered(run, batches, 1)).toEqual(['at last'])
      } finally { await late.stop() }
    })
  }))

  test('a host that does not exist is such an error too', () => withLog(lines => withStreaming(master, async ({ ssc }) => {
    ssc.socketTextStream('no-such-host.invalid', 9).foreachRDD(() => undefined)
    await ssc.start()
    await eventually(() => lines.some(line => line.includes('Could not connect to no-such-host.invalid:9')))
  })))

  test('a line without an end is refused before it fills the memory; the connection before and after it is good', () => withLog(lines => {
    let sentBytes = 0
    const endless = Buffer.alloc(1024 * 1024, 'x')
    return withServer(socket => {
      if (sentBytes > 0) return socket.write('after\n')
      const more = (): void => {
        while (!socket.destroyed && sentBytes < 2 ** 30) {
          sentBytes += endless.length
          if (!socket.write(endless)) {
            socket.once('drain', more)
            return
          }
        }
      }
      socket.write('before\n')
      return more()
    }, server => withStreaming(master, async run => {
      const batches = collectBatches(run.ssc.socketTextStream(host, server.port))
      await run.ssc.start()
      await eventually(() => lines.some(line => line.includes('a line of more than 16777216 bytes (lineBytesMax)')))
      expect(sentBytes).toBeLessThan(4 * limits.lineBytesMax)
      expect(await gathered(run, batches, 2)).toEqual(['before', 'after'])
    }))
  }))

  test('a source that is faster than the batches waits, and nothing is lost', () => {
    const line = `${'x'.repeat(1023)}\n`
    const portion = Buffer.from(line.repeat(256))
    const portions = 700
    let sent = 0
    return withServer(socket => {
      const more = (): void => {
        while (sent < portions) {
          sent++
          if (!socket.write(portion)) {
            socket.once('drain', more)
            return
          }
        }
        socket.end()
      }
      more()
    }, server => withStreaming(master, async ({ ssc, runBatches }) => {
      let lines = 0
      ssc.socketTextStream(host, server.port).foreachRDD(async rdd => { lines += await rdd.count() })
      await ssc.start()
      // It stands still as soon as nothing more arrives in a turn of the event loop for a good while.
      let before = -1
      let still = 0
      await eventually(() => {
        still = sent === before ? still + 1 : 0
        before = sent
        return still > 30
      })
      const slackBytes = 24 * 1024 * 1024 // What the system's own buffers hold.
      expect(sent * portion.length).toBeGreaterThanOrEqual(limits.receiverBytesMax)
      expect(sent * portion.length).toBeLessThan(limits.receiverBytesMax + slackBytes)
      await withLog(() => eventually(async () => {
        await runBatches(1)
        return lines === portions * 256
      }))
    }))
  })

  test('spark.streaming.receiver.maxRate counts lines', () => withServer(socket => socket.write('line\n'.repeat(300)), server => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.socketTextStream(host, server.port))
    await run.ssc.start()
    await eventually(() => run.ssc.receiverTracker.hasUnallocatedBlocks)
    await run.runBatches(4)
    expect(batches.flat()).toHaveLength(300)
    for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(101)
  }, { settings: { 'spark.streaming.receiver.maxRate': '100' } })))

  test('a graceful stop processes what was received', () => withServer(socket => socket.write('kept\n'), server => withStreaming(master, async ({ ssc }) => {
    const batches = collectBatches(ssc.socketTextStream(host, server.port))
    await ssc.start()
    await eventually(() => ssc.receiverTracker.hasUnallocatedBlocks)
    await ssc.stop(false, true)
    expect(batches).toEqual([['kept']])
    await eventually(() => server.socket!.destroyed || server.socket!.readableEnded)
  })))
})

describe.each(masters)('socketStream on %s', master => {
  test('what an async generator makes of the bytes', () => withServer(socket => socket.end('1\n2\n\n3'), server => withLog(() => withStreaming(master, async run => {
    const numbers = run.ssc.socketStream(host, server.port, async function* (stream) {
      for await (const line of readline.createInterface({ input: stream })) if (line !== '') yield { number: Number(line) }
    })
    const batches = collectBatches(numbers.map(({ number }) => number * 2))
    await run.ssc.start()
    expect((await gathered(run, batches, 3)).slice(0, 3)).toEqual([2, 4, 6])
  }))))

  test('an iterable, or a promise of one', () => withServer(undefined, server => withLog(() => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.socketStream(host, server.port, async () => [1, 2]))
    await run.ssc.start()
    expect((await gathered(run, batches, 2)).slice(0, 2)).toEqual([1, 2])
  }))))

  test.each<[string, () => any, RegExp]>([
    ['throws', () => { throw new Error('bad bytes') }, /Error receiving data - bad bytes/],
    ['throws in its generator', async function* () { throw new Error('bad bytes') }, /Error receiving data - bad bytes/],
    ['returns something else', () => 5, /must return an iterable or an async iterable, it returned 5/],
    ['returns a string', () => 'text', /must return an iterable or an async iterable, it returned "text"/],
  ])('a converter that %s is an error of the connection, and it connects again', (_name, converter, message) => withServer(undefined, server => withLog(lines => withStreaming(master, async ({ ssc, clock }) => {
    ssc.socketStream(host, server.port, converter).foreachRDD(() => undefined)
    await ssc.start()
    await eventually(() => lines.some(line => message.test(line)))
    await clock.advance(2_000)
    await eventually(() => server.sockets.length === 2)
  }))))

  test('it is asked for no more than may be held', () => withServer(undefined, server => withStreaming(master, async run => {
    let made = 0
    const endless = run.ssc.socketStream(host, server.port, function* () { for (;;) yield made++ })
    const counts = collectBatches(endless.count())
    await run.ssc.start()
    await eventually(() => made >= limits.receiverRecordsMax)
    await new Promise(setImmediate)
    expect(made).toBe(limits.receiverRecordsMax)
    await run.runBatches(1)
    expect(counts).toEqual([[limits.receiverRecordsMax]])
  })))
})

describe.each(masters)('rawSocketStream on %s', master => {
  test('blocks of elements, one partition each; their records are not known', () => withServer(async socket => {
    const blocks = Buffer.concat([rawSocketBlock(['a', ['b', 1]]), rawSocketBlock([]), rawSocketBlock([{ c: new Date(0) }])])
    await writeInPieces(socket, blocks, 7)
  }, server => withStreaming(master, async run => {
    const counts: number[] = []
    run.ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { counts.push(batchInfo.numRecords) } })
    const batches = collectBatches(run.ssc.rawSocketStream<unknown>(host, server.port))
    await run.ssc.start()
    expect(await gathered(run, batches, 3)).toEqual(['a', ['b', 1], { c: new Date(0) }])
    expect(new Set(counts)).toEqual(new Set([0]))
  })))

  test('a length that cannot be is refused at once, and it connects again', () => withServer(socket => socket.write(Buffer.from('FFFFFFFF', 'hex')), server => withLog(lines => withStreaming(master, async ({ ssc, clock }) => {
    ssc.rawSocketStream(host, server.port).foreachRDD(() => undefined)
    await ssc.start()
    await eventually(() => lines.some(line => line.includes('a block of 4294967295 bytes is longer than frameBytesMax')))
    await clock.advance(2_000)
    await eventually(() => server.sockets.length === 2)
  }))))

  test('an end within a block drops that block and says so', () => withServer(socket => {
    socket.write(rawSocketBlock([1]))
    socket.end(rawSocketBlock([2]).subarray(0, -1))
  }, server => withLog(lines => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.rawSocketStream<number>(host, server.port))
    await run.ssc.start()
    await eventually(() => lines.some(line => /the connection ended within a block: \d+ bytes of it are dropped/.test(line)))
    expect(await gathered(run, batches, 1)).toEqual([1])
  }))))

  test('a block that was not encoded as it should fails its batch, and the stream goes on', () => withServer(socket => {
    socket.write(Buffer.from('00000003616263', 'hex'))
  }, server => withLog(() => withStreaming(master, async run => {
    const batches = collectBatches(run.ssc.rawSocketStream<number>(host, server.port))
    await run.ssc.start()
    await eventually(() => run.ssc.receiverTracker.hasUnallocatedBlocks)
    await run.runBatches(1)
    expect(run.ssc.firstError).toBeDefined()
    server.socket!.write(rawSocketBlock([7]))
    expect(await gathered(run, batches, 1)).toEqual([7])
  }))))
})

describe('arguments', () => {
  const operators: [string, (ssc: StreamingContext, ...args: any[]) => unknown][] = [
    ['socketTextStream', (ssc, h, p, level) => ssc.socketTextStream(h, p, level)],
    ['socketStream', (ssc, h, p, level) => ssc.socketStream(h, p, () => [], level)],
    ['rawSocketStream', (ssc, h, p, level) => ssc.rawSocketStream(h, p, level)],
  ]
  test.each(operators)('%s takes a host, a port and a level', (name, call) => withStreaming('local', async ({ ssc }) => {
    for (const [h, p, level] of [['', 1], [undefined, 1], ['h', 0], ['h', 65_536], ['h', 1.5], ['h', '80'], ['h', 1, 'MEMORY_ONLY']]) {
      expect(() => call(ssc, h, p, level)).toThrow(IllegalArgumentError)
      expect(() => call(ssc, h, p, level)).toThrow(new RegExp(`^${name}: the (host|port|storage level) must be`))
    }
    call(ssc, 'localhost', 65_535, StorageLevel.MEMORY_ONLY)
    expect(ssc.graph.inputs).toHaveLength(1)
  }))

  test('socketStream needs a converter', () => withStreaming('local', async ({ ssc }) => {
    expect(() => ssc.socketStream('h', 1, undefined as never)).toThrow('socketStream: the converter must be a function, got undefined')
  }))

  test('rawSocketBlock takes an iterable', () => {
    expect(() => rawSocketBlock(5 as never)).toThrow(IllegalArgumentError)
  })
})
