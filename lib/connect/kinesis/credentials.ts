/** Credentials as Spark's programs give them. Secrets stay out of whatever is printed, logged or kept. */
import { refuse } from '../../rdd/arguments'
import type { AwsCredentials, AwsCredentialSource } from './client'

/**
 * Credentials for AWS. `SparkAWSCredentials.builder.build()` are those of the environment, as the AWS SDK finds them. Where
 * Spark has `stsCredentials`, give a provider of the AWS SDK instead: `kinesisCredentials(fromTemporaryCredentials({ ... }))`
 * of `@aws-sdk/credential-providers`. Counterpart: org.apache.spark.streaming.kinesis.SparkAWSCredentials.
 * @example
 * ```ts
 * import { SparkAWSCredentials } from 'millrace'
 * const credentials = SparkAWSCredentials.builder.basicCredentials('AKID', process.env.MY_SECRET ?? 'none').build()
 * ```
 */
export class SparkAWSCredentials {
  readonly #source: AwsCredentialSource | undefined

  /** Internal: use the builder. */
  constructor(source: AwsCredentialSource | undefined) { this.#source = source }

  static get builder(): SparkAWSCredentialsBuilder { return new SparkAWSCredentialsBuilder() }

  /** Internal. */
  get source(): AwsCredentialSource | undefined { return this.#source }
}

/** Counterpart: SparkAWSCredentials.Builder. */
export class SparkAWSCredentialsBuilder {
  #source: AwsCredentials | undefined

  /** A key and its secret. */
  basicCredentials(awsAccessKeyId: string, awsSecretKey: string): this {
    if (![awsAccessKeyId, awsSecretKey].every(each => typeof each === 'string' && each !== '')) {
      refuse('basicCredentials', 'it takes the id of an access key and its secret, both strings')
    }
    this.#source = { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretKey }
    return this
  }

  build(): SparkAWSCredentials { return new SparkAWSCredentials(this.#source) }
}

/** Why this is no credentials, as the end of "must ..."; never with what it is. */
export function whyNoCredentials(value: unknown): string | undefined {
  if (typeof value === 'function' || value instanceof SparkAWSCredentials) return undefined
  const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<AwsCredentials>
  const isWhole = typeof accessKeyId === 'string' && typeof secretAccessKey === 'string'
  return isWhole ? undefined : 'be SparkAWSCredentials, { accessKeyId, secretAccessKey } or a credential provider'
}

export function sourceOf(value: SparkAWSCredentials | AwsCredentialSource | undefined): AwsCredentialSource | undefined {
  if (value instanceof SparkAWSCredentials) return value.source
  return typeof value === 'object' ? { ...value } : value
}

