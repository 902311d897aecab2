/**
 * Kinesis as its connector needs it, over the AWS SDK, which the user installs and which is loaded when a stream starts. Every
 * error that leaves this file is a MillraceError that says whether trying again can help; none holds a key.
 */
import type { Clock } from '../../base/clock'
import { MillraceError } from '../../base/errors'
import { optionalPackage } from '../support/optional-package'
import type { FetchedRecord } from './frames'
import type { Shard, ShardPosition } from './shards'

/** What tells Kinesis who asks. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** Credentials, or a function that gives them whenever new ones are needed: any credential provider of the AWS SDK. */
export type AwsCredentialSource = AwsCredentials | (() => Promise<AwsCredentials>)

export interface KinesisAddress {
  readonly streamName: string
  readonly regionName: string
  /** Undefined: that of the region. */
  readonly endpointUrl: string | undefined
  /** Undefined: those of the environment, as the AWS SDK finds them. */
  readonly credentials: AwsCredentialSource | undefined
}

/** What one call has read of a shard. */
export interface Fetched {
  readonly records: readonly FetchedRecord[]
  /** Where to read on; undefined at the end of a shard that is closed. */
  readonly next: string | undefined
  /** True when there was nothing behind what was read. */
  readonly isAtTip: boolean
}

export type IteratorPlace = Pick<ShardPosition, 'sequenceNumber' | 'timestampMs'>
  & { readonly from: Exclude<ShardPosition['from'], 'SHARD_END'> | 'AT_SEQUENCE_NUMBER' }

/** The most records that one call may ask for. */
export const recordsPerCallMax = 10_000

type Sdk = typeof import('@aws-sdk/client-kinesis')
type Client = import('@aws-sdk/client-kinesis').KinesisClient

const timeouts = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true }

export class KinesisApi {
  private readonly sdk: Sdk
  private readonly client: Client
  /** The clock of Kinesis is so much ahead of ours. */
  private aheadMs = 0
  private retention: { readonly ms: number, readonly atMs: number } | undefined

  constructor(private readonly address: KinesisAddress, private readonly clock: Clock) {
    const { regionName, endpointUrl, credentials } = address
    this.sdk = optionalPackage('@aws-sdk/client-kinesis', 'The Kinesis stream', () => require('@aws-sdk/client-kinesis'))
    // HTTP/2, which the SDK would choose, is not spoken by every endpoint and gains nothing for calls one after another.
    const { NodeHttpHandler } = optionalPackage<typeof import('@smithy/node-http-handler')>(
      '@smithy/node-http-handler', 'The Kinesis stream', () => require('@smithy/node-http-handler'))
    this.client = new this.sdk.KinesisClient({
      region: regionName, maxAttempts: 1, requestHandler: new NodeHttpHandler(timeouts),
      ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }), ...(credentials === undefined ? {} : { credentials: credentials as never }),
    })
    this.client.middlewareStack.add(next => async call => {
      const result = await next(call)
      this.tellTime((result.response as any)?.headers?.date)
      return result
    }, { step: 'deserialize', name: 'millraceTime', priority: 'low' })
  }

  /** The time on the clock of Kinesis, to a second, by what it said last. */
  get serverMs(): number { return this.clock.now() + this.aheadMs }

  private tellTime(date: string | undefined): void {
    const ms = Date.parse(date ?? '')
    if (!Number.isNaN(ms)) this.aheadMs = ms - this.clock.now()
  }

  /** Every shard that Kinesis knows, also closed ones for as long as retention keeps them. */
  async shards(): Promise<Shard[]> {
    const { ListShardsCommand } = this.sdk
    const shards: Shard[] = []
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const input = token === undefined ? { StreamName: this.address.streamName } : { NextToken: token }
      const page = await this.call('list the shards', () => this.client.send(new ListShardsCommand(input)))
      for (const { ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange, SequenceNumberRange } of page.Shards ?? []) {
        shards.push({
          shardId: ShardId!, parents: [ParentShardId, AdjacentParentShardId].filter(parent => parent !== undefined),
          startingHashKey: HashKeyRange!.StartingHashKey!, endingHashKey: HashKeyRange!.EndingHashKey!,
          isOpen: SequenceNumberRange?.EndingSequenceNumber === undefined,
        })
      }
      token = page.NextToken
    }
    return shards
  }

  /** How long Kinesis keeps the records of this stream, as it said in the last minute. */
  async retentionMs(): Promise<number> {
    const { DescribeStreamSummaryCommand } = this.sdk
    if (this.retention !== undefined && this.clock.now() - this.retention.atMs < 60_000) return this.retention.ms
    const input = { StreamName: this.address.streamName }
    const summary = await this.call('describe', () => this.client.send(new DescribeStreamSummaryCommand(input)))
    this.retention = { ms: summary.StreamDescriptionSummary!.RetentionPeriodHours! * 3_600_000, atMs: this.clock.now() }
    return this.retention.ms
  }

  /** A place in a shard, for five minutes. */
  async iterator(shardId: string, { from, sequenceNumber, timestampMs }: IteratorPlace): Promise<string> {
    const { GetShardIteratorCommand } = this.sdk
    const input = {
      StreamName: this.address.streamName, ShardId: shardId, ShardIteratorType: from,
      ...(sequenceNumber === undefined ? {} : { StartingSequenceNumber: sequenceNumber }),
      ...(timestampMs === undefined ? {} : { Timestamp: new Date(timestampMs) }),
    }
    const answer = await this.call(`find ${from} in ${shardId}`, () => this.client.send(new GetShardIteratorCommand(input)))
    return answer.ShardIterator!
  }

  async records(shardId: string, iterator: string, limit = recordsPerCallMax): Promise<Fetched> {
    const { GetRecordsCommand } = this.sdk
    const answer = await this.call(`read ${shardId}`, () => this.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit })))
    const records = (answer.Records ?? []).map(({ SequenceNumber, PartitionKey, ApproximateArrivalTimestamp, Data }) => ({
      sequenceNumber: SequenceNumber!, partitionKey: PartitionKey!, data: Data!, arrivalMs: ApproximateArrivalTimestamp?.getTime() ?? this.serverMs,
    }))
    // How far behind it is Kinesis says of the place after these records, emulators say nothing of use.
    return { records, next: answer.NextShardIterator, isAtTip: records.length === 0 && (answer.MillisBehindLatest ?? 0) === 0 }
  }

  close(): void { this.client.destroy() }

  private async call<R>(what: string, send: () => Promise<R>): Promise<R> {
    try { return await send() } catch (error) { throw kinesisError(this.address, what, error) }
  }
}

const hints = new Map<string, string>([
  ['ResourceNotFoundException', 'Is the name of the stream right, and do region and endpoint belong together?'],
  ['AccessDeniedException', 'The credentials need kinesis:ListShards, GetShardIterator, GetRecords and DescribeStreamSummary on the stream.'],
  ['UnrecognizedClientException', 'Kinesis does not know these credentials.'],
  ['CredentialsProviderError', 'Give kinesisCredentials(...), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'],
])

const passing = new Set([
  'ProvisionedThroughputExceededException', 'LimitExceededException', 'KMSThrottlingException', 'ThrottlingException', 'ResourceInUseException',
  'InternalFailure', 'InternalFailureException', 'ServiceUnavailable', 'ExpiredTokenException', 'ExpiredNextTokenException',
  // An answer that was cut.
  'SyntaxError',
])
/** What never left this process: all else that Kinesis has not answered is the network's. */
const own = new Set(['CredentialsProviderError', 'TypeError', 'RangeError', 'ReferenceError'])

function kinesisError({ streamName, regionName, endpointUrl }: KinesisAddress, what: string, error: any): MillraceError {
  const name = String(error?.name ?? 'Error')
  const status = Number(error?.$metadata?.httpStatusCode ?? 0)
  const reason = String(error?.message ?? error).split('\n')[0]
  const where = endpointUrl === undefined ? `in ${regionName}` : `at ${endpointUrl}`
  const retriable = passing.has(name) || status >= 500 || status === 429 || (status === 0 && !own.has(name))
  const hint = hints.get(name)
  return new MillraceError('MR_SPARK', `Kinesis could not ${what} of stream ${streamName} ${where}: ${name}: ${reason}`, {
    cause: error, retriable, ...(hint === undefined ? {} : { hint }),
  })
}

/** True for the error of an iterator that is older than five minutes. */
export function isExpired(error: unknown): boolean { return (error as any)?.cause?.name === 'ExpiredIteratorException' }

/** True for a stream or a shard that does not exist, or no longer. */
export function isGone(error: unknown): boolean { return (error as any)?.cause?.name === 'ResourceNotFoundException' }

/** True when there was more to read than the shard allows. */
export function isThrottled(error: unknown): boolean { return (error as any)?.cause?.name === 'ProvisionedThroughputExceededException' }
