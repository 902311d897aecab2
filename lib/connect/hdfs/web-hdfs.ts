/**
 * A client of WebHDFS: NameNodes are asked one after another until one serves, DataNodes are left out once they have failed.
 * Only what may happen twice is tried twice.
 */
import type * as http from 'node:http'
import { sleep, systemClock } from '../../base/clock'
import { DiskError } from '../../disk/disk'
import { urlParts } from '../../disk/paths'
import { hdfsError, isPassing, remoteExceptionIn, textOfStatus, type RemoteException } from './errors'
import { HttpFailure, HttpUpload, keptConnections, request, type HttpAnswer } from './http'
import type { HdfsOptions } from './options'

const firstPauseMs = 100
const longestPauseMs = 5_000
const suspectMs = 10_000
/** What a NameNode says when all DataNodes that would do are left out, or not there now. */
const noneLeft = /Failed to find datanode|No active nodes contain this block/

export interface Question {
  readonly operation: string
  readonly path: string
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly op: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** Thrown when an answer got lost: what was asked may have happened. */
export class AnswerLost extends Error {}

export class WebHdfs {
  private readonly agent: http.Agent = keptConnections()
  /** The NameNode of each authority that answered last. */
  private readonly active = new Map<string, number>()
  /** DataNodes that have failed, and until when they are left out. */
  private readonly suspects = new Map<string, number>()

  constructor(private readonly options: HdfsOptions) {}

  close(): void { this.agent.destroy() }

  /** Asks a NameNode. Throws DiskError; with `isOnce`, AnswerLost where the question may have been heard. */
  async ask(question: Question, isOnce = false): Promise<HttpAnswer> {
    const { operation, path } = question
    const { scheme, authority } = urlParts(path)!
    const nameNodes = this.options.nameNodes(scheme, authority)
    const attempts = this.options.attemptsMax * nameNodes.length
    const first = this.active.get(authority) ?? 0
    let last: unknown
    for (let attempt = 0; attempt < attempts; attempt++) {
      // Each NameNode once, then all of them again after a pause.
      if (attempt > 0 && attempt % nameNodes.length === 0) await pause(attempt / nameNodes.length - 1)
      const at = (first + attempt) % nameNodes.length
      const answer = await request(question.method, this.url(nameNodes[at]!, question), this.options, { agent: this.agent }).catch((error: HttpFailure) => error)
      if (answer instanceof HttpFailure) {
        if (isOnce && !answer.isUnsent) throw new AnswerLost(answer.message, { cause: answer })
        last = answer
        // A name that nobody knows is a mistake and no outage.
        if (nameNodes.length === 1 && (answer.cause as NodeJS.ErrnoException).code === 'ENOTFOUND') break
        continue
      }
      const refused = refusalOf(answer)
      if (refused === undefined) {
        this.active.set(authority, at)
        return answer
      }
      last = hdfsError(operation, path, refused)
      if (!isPassing(refused)) throw last
    }
    throw last instanceof DiskError ? last : unreachable(operation, path, nameNodes, last)
  }

  /** The answer's JSON. */
  async json<T>(question: Question, isOnce = false): Promise<T> {
    return JSON.parse((await this.ask(question, isOnce)).body.toString()) as T
  }

  private url(host: string, { path, op, parameters = {} }: Pick<Question, 'path' | 'op' | 'parameters'>): string {
    const query = new URLSearchParams({ op, 'user.name': this.options.user, ...parameters })
    return `http://${host}/webhdfs/v1/${urlParts(path)!.names.map(encodeURIComponent).join('/')}?${query.toString()}`
  }

  /**
   * Does `work` with the DataNode that the NameNode names, and with others when it fails. `work` is told the address and may
   * be called several times. Throws DiskError.
   */
  async withDataNode<T>(question: Question, work: (url: string) => Promise<T>): Promise<T> {
    const { operation, path } = question
    let last: unknown
    for (let attempt = 0; attempt < this.options.attemptsMax; attempt++) {
      if (attempt > 0) await pause(attempt - 1)
      try {
        return await work(await this.locate(question))
      } catch (error) {
        last = error
        if (error instanceof HttpFailure) await this.suspect(path, error.host)
        else if (error instanceof DiskError && noneLeft.test(error.message)) this.suspects.clear()
        else if (!isRetriable(error)) throw error
      }
    }
    if (last instanceof DiskError) throw last
    throw new DiskError(operation, path, 'EIO', last, {
      reason: String((last as Error).message), retriable: true, hint: 'Are the DataNodes that hold this file, or take new ones, running and reachable from here?',
    })
  }

  private async locate(question: Question): Promise<string> {
    const nowMs = systemClock.now()
    for (const [address, untilMs] of this.suspects) if (untilMs < nowMs) this.suspects.delete(address)
    const excluded: Record<string, string> = this.suspects.size === 0 ? {} : { excludedatanodes: [...this.suspects.keys()].join(',') }
    const answer = await this.ask({ ...question, parameters: { ...question.parameters, ...excluded, noredirect: 'true' } })
    // Old NameNodes redirect all the same.
    return answer.location ?? (JSON.parse(answer.body.toString()) as { Location: string }).Location
  }

  /**
   * Leaves a DataNode out for a while. NameNodes know it by the address at which it takes blocks, and it is known here by that
   * of its web server. One that the NameNode takes for dead itself needs no leaving out.
   */
  private async suspect(path: string, host: string): Promise<void> {
    const { scheme, authority } = urlParts(path)!
    const nameNodes = this.options.nameNodes(scheme, authority)
    const nameNode = nameNodes[(this.active.get(authority) ?? 0) % nameNodes.length]!
    let address: string | undefined
    try {
      const url = `http://${nameNode}/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo`
      const { beans: [bean] } = JSON.parse((await request('GET', url, this.options, { agent: this.agent })).body.toString()) as { beans: { LiveNodes: string }[] }
      const nodes = Object.values(JSON.parse(bean!.LiveNodes) as Record<string, { infoAddr: string, xferaddr: string }>)
      address = nodes.find(({ infoAddr }) => infoAddr === host)?.xferaddr
    } catch { address = host.replace(/:\d+$/, '') }
    if (address !== undefined) this.suspects.set(address, systemClock.now() + suspectMs)
  }

  /** The bytes of a DataNode's answer. Throws DiskError for what it refuses, HttpFailure when it fails. */
  async fetch({ operation, path }: Question, url: string): Promise<Buffer> {
    const answer = await request('GET', url, this.options)
    const refused = refusalOf(answer)
    if (refused !== undefined) throw fromDataNode(operation, path, refused)
    return answer.body
  }

  /** Writes all of `bytes` to a DataNode. */
  async send({ operation, path, method }: Question, url: string, bytes: Uint8Array): Promise<void> {
    const refused = refusalOf(await request(method, url, this.options, { body: bytes }))
    if (refused !== undefined) throw fromDataNode(operation, path, refused)
  }

  /** Begins to write to a DataNode, in pieces. */
  async stream(question: Question): Promise<HttpUpload> {
    return new HttpUpload(question.method, await this.locate(question), this.options)
  }

  /** Ends it: what was written is there when this resolves. */
  async endStream({ operation, path }: Question, upload: HttpUpload): Promise<void> {
    const refused = refusalOf(await upload.end())
    if (refused !== undefined) throw fromDataNode(operation, path, refused)
  }
}

function refusalOf(answer: HttpAnswer): RemoteException | undefined {
  if (answer.status < 400) return undefined
  return remoteExceptionIn(answer.body) ?? { exception: `HTTP ${answer.status}`, message: textOfStatus(answer.status, answer.body) }
}

/** A DataNode that cannot reach the NameNode, or has no room or no replica: others may do. */
function fromDataNode(operation: string, path: string, refused: RemoteException): DiskError {
  const error = hdfsError(operation, path, refused)
  if (error.kind !== 'input/output' && !isPassing(refused)) return error
  return new DiskError(operation, path, error.errno, undefined, { reason: `${refused.exception}: ${refused.message}`, retriable: true })
}

function isRetriable(error: unknown): boolean { return error instanceof DiskError && error.retriable }

function pause(attempt: number): Promise<void> {
  return sleep(systemClock, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.floor(attempt)))
}

function unreachable(operation: string, path: string, nameNodes: readonly string[], cause: unknown): DiskError {
  return new DiskError(operation, path, 'EIO', cause, {
    reason: `no NameNode answers at ${nameNodes.join(', ')}: ${String((cause as Error | undefined)?.message)}`, retriable: true,
    hint: 'That must be the port of its web server (9870): webhdfs://host:port, or spark.hadoop.dfs.namenode.http-address for hdfs:// paths.',
  })
}
