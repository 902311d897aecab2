/**
 * Large answers in one piece. kafkajs keeps the chunks in which an answer comes and copies them together when it is whole; here each is
 * copied to its place when it comes, and only then: into memory that all threads see, where they are to read it.
 */
import { allocateShared, sharedBytesMin } from '../../../base/shared-bytes'

/** What is used of a connection of kafkajs. */
export interface Receiving {
  chunks: Buffer[]
  bytesBuffered: number
  /** As many there must be before it looks at them. */
  bytesNeeded: number
  processData(chunk: Buffer): void
}

/** What begins every answer: its size. */
const sizeBytes = 4
/** A size beyond is none: perhaps it is not Kafka that answers. */
const answerBytesMax = 256 * 1024 * 1024

/** From now on the answers of this connection are made so; `isShared`: in shared memory. */
export function assembleAnswers(connection: Receiving, isShared: boolean): void {
  const look = connection.processData.bind(connection)
  let answer: Buffer | undefined
  let filled = 0

  const fill = (chunk: Buffer): Buffer => {
    const taken = chunk.copy(answer!, filled)
    filled += taken
    return chunk.subarray(taken)
  }

  const receive = (chunk: Buffer): void => {
    look(chunk)
    const { bytesNeeded, bytesBuffered, chunks } = connection
    if (bytesNeeded < sharedBytesMin || bytesNeeded > answerBytesMax || bytesNeeded <= bytesBuffered) return
    answer = isShared ? Buffer.from(allocateShared(bytesNeeded).buffer) : Buffer.allocUnsafeSlow(bytesNeeded)
    filled = 0
    chunks.forEach(fill)
    connection.chunks = []
  }

  connection.processData = chunk => {
    if (answer === undefined) return receive(chunk)
    const rest = fill(chunk)
    if (filled < answer.length) return
    const whole = answer
    answer = undefined
    // As if it had come at once.
    Object.assign(connection, { chunks: [], bytesBuffered: 0, bytesNeeded: sizeBytes })
    look(whole)
    if (rest.length > 0) receive(rest)
  }
}
