/** The Avro RPC of Flume: bytes against avsc's, frames cut anywhere, protocols that are others, and damage of every kind. */
import * as fc from 'fast-check'
import { AvroReader, AvroWriter } from '../../../lib/connect/flume/avro-bytes'
import { readEvents } from '../../../lib/connect/flume/events'
import { encodeFrame, FrameReader, type Message } from '../../../lib/connect/flume/frames'
import { KnownClients, readAnswer, readHandshake, writeHandshake } from '../../../lib/connect/flume/handshake'
import { avroSourceProtocol, sparkFlumeProtocol, whatIsOther } from '../../../lib/connect/flume/protocols'
import { MillraceError } from '../../../lib/index'
import { thrown } from '../../support/operator-cases'

const avro = require('avsc')
const events = avro.Type.forSchema({
  type: 'array', items: { type: 'record', name: 'E', fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }] },
})

test('events and numbers are read as avsc writes them, and written as avsc reads them', () => {
  const event = fc.record({ headers: fc.dictionary(fc.string().filter(key => key !== '__proto__'), fc.string()), body: fc.uint8Array().map(bytes => Buffer.from(bytes)) })
  fc.assert(fc.property(fc.array(event), given => {
    const reader = new AvroReader(events.toBuffer(given))
    expect(readEvents(reader).map(({ headers, body }) => [new Map(headers), [...body]])).toEqual(given.map(({ headers, body }) => [new Map(Object.entries(headers)), [...body]]))
    expect(reader.isAtEnd).toBe(true)
  }))
  const long = avro.Type.forSchema('long')
  fc.assert(fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), value => {
    expect(new AvroWriter().long(value).finish()).toEqual(long.toBuffer(value))
    expect(new AvroReader(long.toBuffer(value)).long()).toBe(value)
  }))
})

test('a header may have any name', () => {
  const bytes = new AvroWriter().long(1).long(1).string('__proto__').string('x').empty().bytesOf(Buffer.from('b')).empty().finish()
  expect([...readEvents(new AvroReader(bytes))[0]!.headers]).toEqual([['__proto__', 'x']])
})

test('frames are put together however they are cut', () => {
  const parts = fc.array(fc.tuple(fc.nat(), fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 })), { maxLength: 6 })
  fc.assert(fc.property(parts, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (given, cuts) => {
    const u32 = (value: number): Buffer => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    }
    const bytes = Buffer.concat(given.flatMap(([serial, buffers]) => [u32(serial), u32(buffers.length), ...buffers.flatMap(each => [u32(each.length), each])]))
    const reader = new FrameReader()
    const messages: Message[] = []
    for (let at = 0; at < bytes.length;) {
      const until = at + cuts.next().value
      messages.push(...reader.feed(bytes.subarray(at, until)))
      at = until
    }
    expect(messages.map(({ serial, bytes }) => [serial, bytes.toString('hex')])).toEqual(given.map(([serial, buffers]) => [serial, Buffer.concat(buffers).toString('hex')]))
  }))
})

test('a client is known once it has shown its protocol, by every connection', () => {
  const clients = new KnownClients(avroSourceProtocol)
  const ask = (clientProtocol: string | undefined, serverHash = avroSourceProtocol.hash): unknown[] => {
    const writer = new AvroWriter()
    const isKnown = clients.answer({ clientHash: Buffer.alloc(16, 7), clientProtocol, serverHash }, writer)
    const reader = new AvroReader(writer.finish())
    const match = reader.long()
    return [isKnown, match, reader.optional(() => reader.string()) === undefined, reader.optional(() => reader.fixed(16).length)]
  }
  // Java's client cannot go on without the protocol, also where it has the right hash.
  expect(ask(undefined)).toEqual([false, 2, false, 16])
  expect(ask(avroSourceProtocol.text, Buffer.alloc(16))).toEqual([true, 1, false, 16])
  expect(ask(undefined)).toEqual([true, 0, true, undefined])
})

test('both sides of a handshake fit together', () => {
  const writer = new AvroWriter()
  writeHandshake(writer, sparkFlumeProtocol, Buffer.alloc(16))
  const answer = new AvroWriter()
  expect(new KnownClients(sparkFlumeProtocol).answer(readHandshake(new AvroReader(writer.finish())), answer)).toBe(true)
  expect(readAnswer(new AvroReader(answer.finish()), sparkFlumeProtocol)).toEqual({ isMade: true, serverHash: sparkFlumeProtocol.hash })
})

test('protocols are the same when their bytes are', () => {
  const java = JSON.parse(avroSourceProtocol.text.replaceAll('"string"', '{"type":"string","avro.java.string":"String"}'))
  java.types[1].doc = 'an event'
  java.messages.appendBatch.request[0].type.items = 'org.apache.flume.source.avro.AvroFlumeEvent'
  expect(whatIsOther(JSON.stringify(java), avroSourceProtocol)).toBeUndefined()
  expect(whatIsOther(sparkFlumeProtocol.text, avroSourceProtocol)).toBe('its protocol SparkFlumeProtocol is another')
  java.types[1].fields.reverse()
  expect(whatIsOther(JSON.stringify(java), avroSourceProtocol)).toBe('its message append is another')
  for (const strange of ['', 'null', '[]', '{"messages":{"append":5}}', '{"messages":{"append":{"request":5}},"types":5}']) {
    expect(typeof whatIsOther(strange, avroSourceProtocol)).toBe('string')
  }
})

test('whatever comes is read, waited for or refused with an error of ours', () => {
  const call = new AvroWriter()
  writeHandshake(call, avroSourceProtocol, avroSourceProtocol.hash)
  const good = encodeFrame({ serial: 1, bytes: call.empty().string('appendBatch').fixed(events.toBuffer([{ headers: { a: 'b' }, body: Buffer.from('c') }])).finish() })
  const damage = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 })
  fc.assert(fc.property(fc.oneof(damage.map(changes => {
    const bytes = Buffer.from(good)
    for (const [at, value] of changes) bytes[at] = value
    return bytes
  }), fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes))), bytes => {
    try {
      for (const { bytes: message } of new FrameReader().feed(bytes)) {
        const reader = new AvroReader(message)
        new KnownClients(avroSourceProtocol).answer(readHandshake(reader), new AvroWriter())
        reader.map(() => reader.bytesOf())
        reader.string()
        readEvents(reader)
      }
    } catch (error) { expect(MillraceError.is(error)).toBe(true) }
  }), { numRuns: 500 })
  expect(thrown(() => new FrameReader(10).feed(Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 11])))).toMatchObject({ code: 'MR_LIMIT' })
})
