/** What kafkaReceiverStream is told is checked at the call, by name and line. */
import { StreamingContext, Seconds } from '../../../../lib/index'
import { requireReceiver } from '../../../../lib/connect/kafka/receiver/options'
import { thrown } from '../../../support/operator-cases'
import { withStreaming } from '../../../support/streams'

const servers = 'localhost:9092'

test.each<[object, string]>([
  [{ servers, topics: 't' }, 'the group must have a name'],
  [{ servers, groupId: 'g' }, 'the option topics is missing'],
  [{ servers, groupId: 'g', topics: [] }, 'topics must be the name of a topic or a list of names, got an array of 0'],
  [{ groupId: 'g', topics: 't' }, 'the option bootstrap.servers is missing'],
  [{ servers, groupId: 'g', topics: 't', kafkaParams: { 'auto.offset.reset': 'first' } }, 'auto.offset.reset must be one of "latest", "earliest", got "first"'],
  [{ servers, groupId: 'g', topics: 't', kafkaParams: { 'isolation.level': 'none' } }, 'isolation.level must be one of "read_uncommitted", "read_committed", got "none"'],
  [{ servers, groupId: 'g', topics: 't', kafkaParams: { 'session.timeout.ms': 'x' } }, 'session.timeout.ms must be a whole number, got "x"'],
  [{ servers, groupId: 'g', topic: 't' }, 'there is no option "topic"; did you mean topics?'],
])('%j is refused', (options, message) => {
  expect((thrown(() => requireReceiver(options)) as Error).message).toBe(`kafkaReceiverStream: ${message}`)
})

test("Kafka's own settings and their defaults", () => {
  expect(requireReceiver({ topics: ['a', 'b'], kafkaParams: { 'bootstrap.servers': servers, 'group.id': 'g', 'auto.offset.reset': 'earliest', 'value.deserializer': 'LongDeserializer' } })).toMatchObject({
    groupId: 'g', topics: ['a', 'b'], fromBeginning: true, readsUncommitted: true, key: { kind: 'string' }, value: { kind: 'long' }, sessionTimeoutMs: 45_000,
    partitionBytesMax: 1_048_576, fetchBytesMax: 10_485_760,
  })
})

test('the error is of the line that called', () => withStreaming('local', ({ ssc }) => {
  expect(StreamingContext.prototype.kafkaReceiverStream).toBeDefined()
  expect(thrown(() => ssc.kafkaReceiverStream({ servers, topics: 't' }))).toMatchObject({ at: expect.stringMatching(/^kafkaReceiverStream at options\.spec\.ts:/) })
  expect(Seconds(1).milliseconds).toBe(1_000)
}))
