/** The builder: what it takes, as Spark's does, and what it refuses. */
import { inspect } from 'node:util'
import { IllegalArgumentError, KinesisInitialPositions, KinesisInputDStream, Seconds, SparkAWSCredentials, StorageLevel, type KinesisInputDStreamBuilder, type StreamingContext } from '../../../lib/index'
import { thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

const base = (ssc: StreamingContext): KinesisInputDStreamBuilder => KinesisInputDStream.builder.streamingContext(ssc).streamName('s').checkpointAppName('app')

test('defaults are those of Spark', async () => {
  await withStreaming('local', ({ ssc }) => {
    const stream = base(ssc).build()
    expect(stream).toMatchObject({ streamName: 's', checkpointAppName: 'app', regionName: 'us-east-1', endpointUrl: 'https://kinesis.us-east-1.amazonaws.com', ownId: 'app' })
    expect(stream.initialPosition.getPosition()).toBe('LATEST')
    expect(stream.checkpointInterval).toEqual(Seconds(1))
    expect(stream.context).toBe(ssc)
  })
})

test('what is given arrives', async () => {
  await withStreaming('local', ({ ssc }) => {
    const at = new KinesisInitialPositions.AtTimestamp(new Date(5))
    const stream = base(ssc).endpointUrl('http://h:1').regionName('eu-west-1').initialPosition(at).checkpointInterval(Seconds(30))
      .storageLevel(StorageLevel.MEMORY_ONLY).kinesisCredentials(SparkAWSCredentials.builder.basicCredentials('id', 'very secret').build()).build()
    expect(stream).toMatchObject({ endpointUrl: 'http://h:1', regionName: 'eu-west-1', initialPosition: at, checkpointInterval: Seconds(30) })
    expect([at.getPosition(), at.getTimestamp(), new KinesisInitialPositions.TrimHorizon().getPosition()]).toEqual(['AT_TIMESTAMP', new Date(5), 'TRIM_HORIZON'])
    expect(inspect(stream, { depth: 9 })).not.toContain('very secret')
  })
})

describe('what is refused', () => {
  const wrong: [string, (ssc: StreamingContext) => unknown][] = [
    ['No value provided for required parameter streamingContext', () => KinesisInputDStream.builder.streamName('s').checkpointAppName('a').build()],
    ['No value provided for required parameter streamName', ssc => KinesisInputDStream.builder.streamingContext(ssc).checkpointAppName('a').build()],
    ['No value provided for required parameter checkpointAppName', ssc => KinesisInputDStream.builder.streamingContext(ssc).streamName('s').build()],
    ['streamName must be the name of a stream: letters, digits, and _ . -, 128 at most, got "a b"', ssc => base(ssc).streamName('a b').build()],
    ['endpointUrl must be the URL of an endpoint, http or https, got "kinesis"', ssc => base(ssc).endpointUrl('kinesis').build()],
    ['initialPosition must be Latest, TrimHorizon or AtTimestamp of KinesisInitialPositions, got "LATEST"', ssc => base(ssc).initialPosition('LATEST' as never).build()],
    ['kinesisCredentials must be SparkAWSCredentials, { accessKeyId, secretAccessKey } or a credential provider, got an object (Object)',
      ssc => base(ssc).kinesisCredentials({ secret: 'shh' } as never).build()],
    ['failOnDataLoss must be true or false, got 1', ssc => base(ssc).failOnDataLoss(1 as never).build()],
    ['the storage level must be a StorageLevel, got 3', ssc => base(ssc).storageLevel(3 as never).build()],
    ['streamingContext must be a StreamingContext, got "ssc"', ssc => base(ssc).streamingContext('ssc' as never).build()],
  ]
  test.each(wrong)('%s', async (message, make) => {
    await withStreaming('local', ({ ssc }) => {
      const error: any = thrown(() => make(ssc))
      expect(error).toBeInstanceOf(IllegalArgumentError)
      expect(error.message).toBe(`KinesisInputDStream.builder: ${message}`)
      expect(error.at).toMatch(/builder\.spec\.ts/)
    })
  })

  test('handlers that are async, times that are none, one application for two streams', async () => {
    await withStreaming('local', ({ ssc }) => {
      expect(thrown(() => base(ssc).buildWithMessageHandler(async () => 1)).message).toMatch(/^buildWithMessageHandler: the message handler is an async function/)
      expect(thrown(() => new KinesisInitialPositions.AtTimestamp(new Date('never'))).message).toMatch(/^AtTimestamp: it takes a Date/)
      base(ssc).build()
      expect(thrown(() => base(ssc).streamName('other').build()).message).toBe('KinesisInputDStream: the checkpointAppName app is that of the stream s already')
    })
  })
})
