/** The builder of Kinesis streams, as Spark has it. What is given is checked when the stream is built. */
import { requireDuration, type Duration } from '../../base/duration'
import { describe, refuse, requireFunction, type Element } from '../../rdd/arguments'
import { StorageLevel } from '../../rdd/storage-level'
import { requireLevel } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'
import { requireOptions } from '../support/option-table'
import type { AwsCredentialSource } from './client'
import { sourceOf, type SparkAWSCredentials } from './credentials'
import type { KinesisRecord } from './frames'
import { KinesisInitialPositions, type KinesisInitialPosition } from './initial-positions'
import { kinesisOptions, type KinesisOptions } from './options'
import { KinesisInputDStream } from './source'

const operator = 'KinesisInputDStream.builder'

/** Counterpart: org.apache.spark.streaming.kinesis.KinesisInputDStream.Builder. */
export class KinesisInputDStreamBuilder {
  private context: StreamingContext | undefined
  readonly #told = new Map<keyof KinesisOptions, unknown>()

  /** The context of the stream. Required. */
  streamingContext(ssc: StreamingContext): this {
    this.context = ssc
    return this
  }

  /** The name of the Kinesis stream. Required. */
  streamName(streamName: string): this { return this.tell('streamName', streamName) }

  /**
   * The name of the application. Required. It is the id of the stream in the checkpoint folder, where its positions are; Spark
   * keeps them in a table of DynamoDB of this name. Streams of one context with the same name share the reading of their
   * stream, so that a union of them has every record once.
   */
  checkpointAppName(appName: string): this { return this.tell('checkpointAppName', appName) }

  /** Where Kinesis is. Default: the endpoint of the region. */
  endpointUrl(url: string): this { return this.tell('endpointUrl', url) }

  /** The region. Default: us-east-1. */
  regionName(regionName: string): this { return this.tell('regionName', regionName) }

  /** Where reading begins when no checkpoint knows better. Default: `new KinesisInitialPositions.Latest()`. */
  initialPosition(initialPosition: KinesisInitialPosition): this { return this.tell('initialPosition', initialPosition) }

  /** Taken for the sake of programs that have it: positions are kept with every batch. */
  checkpointInterval(interval: Duration): this { return this.tell('checkpointInterval', interval) }

  /** Kept for programs that ask. Default: MEMORY_AND_DISK_2. */
  storageLevel(storageLevel: StorageLevel): this { return this.tell('storageLevel', storageLevel) }

  /** Who asks. Default: the credentials of the environment, as the AWS SDK finds them. */
  kinesisCredentials(credentials: SparkAWSCredentials | AwsCredentialSource): this { return this.tell('kinesisCredentials', credentials) }

  /**
   * Whether records that retention has deleted before they were read are an error, as by default, or a warning after which
   * reading goes on with what is left. Beyond Spark, which goes on and says nothing.
   */
  failOnDataLoss(fails: boolean): this { return this.tell('failOnDataLoss', fails) }

  /** The stream of the records' data. Throws IllegalArgumentError for what is missing or cannot be. */
  build(): KinesisInputDStream<Uint8Array> { return this.make<Uint8Array>(undefined) }

  /**
   * The stream of what `handler` makes of each record; it runs in tasks. Records that the Kinesis Producer Library has
   * aggregated come one by one. Throws as `build` does.
   */
  buildWithMessageHandler<T extends Element>(handler: (record: KinesisRecord) => T): KinesisInputDStream<T> {
    return this.make(requireFunction('buildWithMessageHandler', handler, 'the message handler'))
  }

  private tell(name: keyof KinesisOptions, value: unknown): this {
    this.#told.set(name, value)
    return this
  }

  private make<T>(handler: ((record: KinesisRecord) => T) | undefined): KinesisInputDStream<T> {
    const { context } = this
    for (const name of ['streamName', 'checkpointAppName'] as const) if (this.#told.get(name) === undefined) this.missing(name)
    if (context === undefined) this.missing('streamingContext')
    if (!(context instanceof StreamingContext)) refuse(operator, `streamingContext must be a StreamingContext, got ${describe(context)}`)
    const options = requireOptions<KinesisOptions>(operator, kinesisOptions, Object.fromEntries(this.#told))
    const { checkpointInterval = context.batchDuration, storageLevel = StorageLevel.MEMORY_AND_DISK_2 } = options
    return new KinesisInputDStream<T>(context, {
      streamName: options.streamName, checkpointAppName: options.checkpointAppName, regionName: options.regionName,
      endpointUrl: options.endpointUrl, credentials: sourceOf(options.kinesisCredentials), failOnDataLoss: options.failOnDataLoss,
      initialPosition: options.initialPosition ?? new KinesisInitialPositions.Latest(), handler,
      checkpointInterval: requireDuration(checkpointInterval, 'checkpointInterval'), storageLevel: requireLevel(operator, storageLevel),
    })
  }

  private missing(name: string): never {
    refuse(operator, `No value provided for required parameter ${name}`, `KinesisInputDStream.builder.${name}(...)`)
  }
}
