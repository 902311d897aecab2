import * as fc from 'fast-check'
import { isShared } from '../../../../lib/base/shared-bytes'
import { assembleAnswers, type Receiving } from '../../../../lib/connect/kafka/client/assemble-answers'

const KafkajsConnection = require('kafkajs/src/network/connection') as new (options: object) => Receiving & { requestQueue: { fulfillRequest(answer: Answer): void } }

interface Answer { readonly correlationId: number, readonly payload: Buffer }

/** A connection of kafkajs without a socket, and what it makes of what comes in. */
function receiving(isSharing: boolean): { connection: Receiving, answers: Answer[] } {
  const logger = { namespace: () => logger, debug() {}, error() {} }
  const connection = new KafkajsConnection({ host: 'h', port: 1, logger })
  const answers: Answer[] = []
  connection.requestQueue.fulfillRequest = answer => { answers.push(answer) }
  assembleAnswers(connection, isSharing)
  return { connection, answers }
}

/** An answer as it comes: size, number, bytes. */
function sent(correlationId: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(8 + lengthBytes, correlationId + 1)
  bytes.writeInt32BE(4 + lengthBytes, 0)
  bytes.writeInt32BE(correlationId, 4)
  return bytes
}

function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]!
    yield bytes.subarray(at, at + length)
    at += length
  }
}

test('answers are what was sent, however they are cut, and the large ones are shared', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 65_000, max: 300_000 })), { minLength: 1, maxLength: 6 })
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1_000, max: 400_000 })), { minLength: 1, maxLength: 5 })
    .filter(all => all.some(length => length >= 1_000))
  fc.assert(fc.property(sizes, lengths, fc.boolean(), (all, cuts, isSharing) => {
    const { connection, answers } = receiving(isSharing)
    for (const chunk of cut(Buffer.concat(all.map((size, i) => sent(i, size))), cuts)) connection.processData(Buffer.from(chunk))
    expect(answers.map(({ correlationId, payload }) => [correlationId, payload.length])).toEqual(all.map((size, i) => [i, size]))
    for (const { correlationId, payload } of answers) expect(payload.equals(Buffer.alloc(payload.length, correlationId + 1))).toBe(true)
    // Unless it came at once.
    const firstChunk = Math.max(...cuts)
    for (const { payload } of answers) if (payload.length > Math.max(firstChunk, 70_000)) expect(isShared(payload)).toBe(isSharing)
  }), { numRuns: 100 })
})

test('what is no size of an answer takes no memory', () => {
  const { connection, answers } = receiving(true)
  const before = process.memoryUsage()
  connection.processData(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
  connection.processData(Buffer.from('more'))
  expect(answers).toEqual([])
  expect(connection.bytesBuffered).toBe(32)
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(200 * 1024 * 1024)
})
