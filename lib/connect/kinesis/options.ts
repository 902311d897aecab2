/** What a stream of Kinesis is told, and what it makes of it. */
import { optionTable } from '../support/option-table'
import type { StorageLevel } from '../../rdd/storage-level'
import type { Duration } from '../../base/duration'
import type { AwsCredentialSource } from './client'
import { whyNoCredentials, type SparkAWSCredentials } from './credentials'
import type { KinesisInitialPosition } from './initial-positions'
import { KinesisInitialPosition as Position } from './initial-positions'

/** What the builder has gathered. */
export interface KinesisOptions {
  readonly streamName: string
  readonly checkpointAppName: string
  readonly endpointUrl: string | undefined
  readonly regionName: string
  readonly initialPosition: KinesisInitialPosition | undefined
  readonly checkpointInterval: Duration | undefined
  readonly storageLevel: StorageLevel | undefined
  readonly kinesisCredentials: SparkAWSCredentials | AwsCredentialSource | undefined
  readonly failOnDataLoss: boolean
}

const name = (value: string): string | undefined => value === '' ? 'be a name that is not empty' : undefined

function url(value: string): string | undefined {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? undefined : 'be the URL of an endpoint, http or https'
}

export const kinesisOptions = optionTable('KinesisInputDStream.builder', {
  streamName: {
    kind: 'string', isRequired: true, doc: 'The name of the stream.',
    check: (value: string) => /^[\w.-]{1,128}$/.test(value) ? undefined : 'be the name of a stream: letters, digits, and _ . -, 128 at most',
  },
  checkpointAppName: {
    kind: 'string', isRequired: true, check: name,
    doc: 'Names the stream in the checkpoint folder, where its positions are. Streams of one context with the same name share their reading.',
  },
  endpointUrl: { kind: 'string', defaultText: "the region's", check: url, doc: 'Where Kinesis is.' },
  regionName: { kind: 'string', default: 'us-east-1', check: name, doc: 'The region of the stream.' },
  initialPosition: {
    kind: 'any', defaultText: 'new KinesisInitialPositions.Latest()', doc: 'Where reading begins that no checkpoint knows of.',
    check: (value: unknown) => Position.is(value) ? undefined : 'be Latest, TrimHorizon or AtTimestamp of KinesisInitialPositions',
  },
  checkpointInterval: {
    kind: 'any', defaultText: 'the batch interval', doc: 'Taken for the sake of programs that have it: positions are kept with every batch.',
  },
  storageLevel: {
    kind: 'any', defaultText: 'StorageLevel.MEMORY_AND_DISK_2', doc: 'Kept for programs that ask: what leaves the memory is read from Kinesis again.',
  },
  kinesisCredentials: {
    kind: 'any', defaultText: 'those of the environment', check: whyNoCredentials,
    doc: 'SparkAWSCredentials, { accessKeyId, secretAccessKey, sessionToken }, or a credential provider of the AWS SDK.',
  },
  failOnDataLoss: {
    kind: 'boolean', default: true,
    doc: 'Records that retention has deleted before they were read are an error. false: a warning, and reading goes on with what is left. Beyond Spark.',
  },
})
