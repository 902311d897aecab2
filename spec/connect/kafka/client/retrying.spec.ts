/** Trying again: only what passes, with pauses that grow, for as long as was said, and never after the client was closed. */
import { AnswerError } from '../../../../lib/connect/kafka/client/broker-errors'
import { Retrying } from '../../../../lib/connect/kafka/client/retrying'
import { MillraceError } from '../../../../lib/index'
import { warningsOf } from '../../../support/streams'

const notLeader = 6, topicDenied = 29
const retrying = (apiTimeoutMs = 5_000): Retrying => new Retrying({ apiTimeoutMs, retryBackoffMs: 1, retryBackoffMsMax: 4 }, 'a:1, b:2')

/** Fails so often, then succeeds. */
function attempts(failures: number, error: Error): () => Promise<string> {
  let left = failures
  return async () => {
    if (left-- > 0) throw error
    return 'done'
  }
}

test('what passes is tried again, and said once when it does not pass at once', async () => {
  expect(await warningsOf(async () => { expect(await retrying().run('reading t-0', attempts(1, new AnswerError(notLeader)))).toBe('done') })).toEqual([])
  const warnings = await warningsOf(async () => { expect(await retrying().run('reading t-0', attempts(9, new AnswerError(notLeader)))).toBe('done') })
  expect(warnings).toEqual([expect.stringContaining('reading t-0 failed: NOT_LEADER_OR_FOLLOWER; trying again for 5 s')])
})

test('until its time is over', async () => {
  await warningsOf(async () => {
    await expect(retrying(30).run('reading t-0', attempts(Infinity, new AnswerError(notLeader)))).rejects.toMatchObject({
      code: 'MR_KAFKA', retriable: true, message: 'reading t-0 failed: NOT_LEADER_OR_FOLLOWER (brokers a:1, b:2)',
    })
  })
})

test('what does not pass is an error at once', async () => {
  let calls = 0
  const denied = async (): Promise<never> => {
    calls++
    throw new AnswerError(topicDenied)
  }
  await expect(retrying().run('reading t-0', denied)).rejects.toMatchObject({
    code: 'MR_KAFKA', retriable: false, hint: 'The user needs the right to read and describe the topic, or to write it.',
  })
  const own = new MillraceError('MR_DATA_LOST', 'gone')
  await expect(retrying().run('reading t-0', attempts(1, own))).rejects.toBe(own)
  expect(calls).toBe(1)
})

test('closing ends it, also in the middle of a pause', async () => {
  const closing = new Retrying({ apiTimeoutMs: 60_000, retryBackoffMs: 30_000, retryBackoffMsMax: 30_000 }, 'a:1')
  const running = closing.run('reading t-0', attempts(Infinity, new AnswerError(notLeader)))
  await new Promise(resolve => { setImmediate(resolve) })
  closing.end()
  await expect(running).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE', message: 'reading t-0 was given up: the connection to Kafka (a:1) was closed' })
})
