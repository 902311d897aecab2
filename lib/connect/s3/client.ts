/**
 * The AWS SDK, loaded when a path on S3 is first used, and what its errors mean. The SDK tries requests again that S3 could
 * not serve (503, 5xx, lost connections), with growing pauses; what is still refused then comes out as a DiskError.
 */
import { readSetting } from '../../conf/settings'
import { DiskError } from '../../disk/disk'
import type { FileSystemSettings } from '../../disk/file-systems'
import { urlParts } from '../../disk/paths'
import { optionalPackage } from '../support/optional-package'

// The types of the package stay inside this folder, so that programs without it can be compiled.
export type S3 = typeof import('@aws-sdk/client-s3')
type Client = import('@aws-sdk/client-s3').S3Client
type ClientConfig = import('@aws-sdk/client-s3').S3ClientConfig

const connectTimeoutMs = 10_000
const silenceMaxMs = 60_000

/** An object on S3, or what stands before the names below it. */
export interface S3Place {
  readonly bucket: string
  /** '' for the bucket itself. */
  readonly key: string
}

export function placeOf(path: string): S3Place {
  const { authority, names } = urlParts(path)!
  return { bucket: authority, key: names.join('/') }
}

/** What the SDK's errors have. */
interface ServiceError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number, readonly attempts?: number }
}

export class S3Connection {
  readonly sdk: S3
  readonly client: Client
  /** The first parts of an upload. */
  readonly partBytes: number
  readonly attemptsMax: number

  constructor(settings: FileSystemSettings) {
    this.sdk = optionalPackage('@aws-sdk/client-s3', 'Files on S3', () => require('@aws-sdk/client-s3') as S3)
    this.attemptsMax = readSetting(settings, 'spark.hadoop.fs.s3a.attempts.maximum')
    this.partBytes = readSetting(settings, 'spark.hadoop.fs.s3a.multipart.size')
    this.client = new this.sdk.S3Client(configOf(settings, this.attemptsMax))
  }

  close(): void { this.client.destroy() }
}

function configOf(settings: FileSystemSettings, maxAttempts: number): ClientConfig {
  const endpoint = readSetting(settings, 'spark.hadoop.fs.s3a.endpoint')
  const region = readSetting(settings, 'spark.hadoop.fs.s3a.endpoint.region')
    // Servers that are not AWS's have no regions, but signatures name one.
    ?? (endpoint !== undefined && process.env.AWS_REGION === undefined ? 'us-east-1' : undefined)
  const accessKeyId = readSetting(settings, 'spark.hadoop.fs.s3a.access.key')
  const secretAccessKey = readSetting(settings, 'spark.hadoop.fs.s3a.secret.key')
  const sessionToken = readSetting(settings, 'spark.hadoop.fs.s3a.session.token')
  const scheme = readSetting(settings, 'spark.hadoop.fs.s3a.connection.ssl.enabled') ? 'https' : 'http'
  return {
    maxAttempts, followRegionRedirects: true, forcePathStyle: readSetting(settings, 'spark.hadoop.fs.s3a.path.style.access'),
    requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: silenceMaxMs, socketTimeout: silenceMaxMs },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint: endpoint.includes('://') ? endpoint : `${scheme}://${endpoint}` }),
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  }
}

/** True when `error` says that an object is not there; a bucket that is not there is another matter. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError
  return name === 'NoSuchKey' || name === 'NotFound' || ($metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket' && name !== 'NoSuchUpload')
}

export function hasName(error: unknown, ...names: readonly string[]): boolean { return names.includes(String((error as ServiceError).name)) }

/** How often the request was sent: an answer to an earlier one may have been lost. */
export function attemptsOf(error: unknown): number { return (error as ServiceError).$metadata?.attempts ?? 1 }

/** Runs a request; what it throws, but a DiskError, comes out as one that names what was tried. */
export async function attempt<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try { return await run() } catch (error) {
    if (error instanceof DiskError) throw error
    throw diskError(operation, path, error as ServiceError)
  }
}

function diskError(operation: string, path: string, error: ServiceError): DiskError {
  const { name = '', code = '', message = '', $metadata: { httpStatusCode: status = 0, attempts = 1 } = {} } = error
  const said = [name, code].filter(each => each !== '' && each !== 'Error' && each !== 'Unknown' && each !== 'UnknownError')[0]
  const times = attempts > 1 ? ` (tried ${attempts} times)` : ''
  // Not every server answers in XML when it fails.
  const isEmpty = message === '' || message === 'UnknownError' || message.includes('Deserialization error')
  const reason = `${[said, isEmpty ? undefined : message].filter(each => each !== undefined).join(': ') || `HTTP ${status}`}${times}`
  const of = (errno: string, hint?: string, retriable = false): DiskError => new DiskError(operation, path, errno, error, { reason, hint, retriable })
  if (name === 'NoSuchBucket') return of('ENOENT', `Make the bucket ${placeOf(path).bucket}, or correct the path.`)
  if (isMissing(error)) return of('ENOENT')
  if (status === 401 || status === 403) return of('EACCES', 'S3 refuses these credentials for this. See docs/file-systems.md for where they come from.')
  if (/CredentialsProviderError|Credential/.test(name)) {
    return of('EACCES', 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile (AWS_PROFILE), or spark.hadoop.fs.s3a.access.key and .secret.key.')
  }
  if (/region is missing/i.test(message)) return of('EIO', 'Set AWS_REGION, or spark.hadoop.fs.s3a.endpoint.region.')
  if (name === 'SlowDown' || status === 503 || status === 429) {
    return of('EIO', 'S3 asks to be asked less often: fewer partitions, larger files, or more patience: spark.hadoop.fs.s3a.attempts.maximum.', true)
  }
  if (status >= 500 || status === 0) {
    return of('EIO', 'S3 could not be reached, or failed. spark.hadoop.fs.s3a.endpoint says where it is, fs.s3a.attempts.maximum how often a request is tried.', true)
  }
  return of('EIO')
}
