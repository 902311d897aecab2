/** What the settings say of HDFS: who asks, which NameNodes there are for a path, and how patient a request is. */
import * as os from 'node:os'
import { IllegalArgumentError } from '../../base/errors'
import { readSetting } from '../../conf/settings'
import type { FileSystemSettings } from '../../disk/file-systems'

export interface HdfsOptions {
  readonly user: string
  readonly attemptsMax: number
  readonly connectTimeoutMs: number
  readonly readTimeoutMs: number
  /** `host:port` of WebHDFS of each NameNode that may serve a path of this scheme and authority. */
  nameNodes(scheme: string, authority: string): readonly string[]
}

const defaultHttpPort = 9870

export function hdfsOptions(settings: FileSystemSettings): HdfsOptions {
  return {
    user: readSetting(settings, 'millrace.hdfs.user') ?? process.env.HADOOP_USER_NAME ?? os.userInfo().username,
    attemptsMax: readSetting(settings, 'spark.hadoop.dfs.http.client.retry.max.attempts'),
    connectTimeoutMs: readSetting(settings, 'spark.hadoop.dfs.webhdfs.socket.connect-timeout'),
    readTimeoutMs: readSetting(settings, 'spark.hadoop.dfs.webhdfs.socket.read-timeout'),
    nameNodes: (scheme, authority) => nameNodesOf(settings, scheme, authority),
  }
}

function nameNodesOf(settings: FileSystemSettings, scheme: string, authority: string): readonly string[] {
  const name = authority === '' ? authorityOfDefault(settings, scheme) : authority
  const service = listOf(settings.getOption(`spark.hadoop.dfs.ha.namenodes.${name}`))
  if (service.length > 0) return service.map(node => addressOf(settings, name, node))
  if (scheme === 'webhdfs') return [name.includes(':') ? name : `${name}:${defaultHttpPort}`]
  const configured = listOf(readSetting(settings, 'spark.hadoop.dfs.namenode.http-address'))
  return configured.length > 0 ? configured : [`${name.replace(/:\d+$/, '')}:${defaultHttpPort}`]
}

function authorityOfDefault(settings: FileSystemSettings, scheme: string): string {
  const found = /^[a-z]+:\/\/([^/]+)/.exec(readSetting(settings, 'spark.hadoop.fs.defaultFS') ?? '')?.[1]
  if (found !== undefined) return found
  throw new IllegalArgumentError(`${scheme}:/// names no NameNode, and spark.hadoop.fs.defaultFS is not set`, {
    hint: `${scheme}://host:port/path, or set spark.hadoop.fs.defaultFS.`,
  })
}

function addressOf(settings: FileSystemSettings, service: string, node: string): string {
  const key = `spark.hadoop.dfs.namenode.http-address.${service}.${node}`
  const address = settings.getOption(key)
  if (address !== undefined) return address.trim()
  throw new IllegalArgumentError(`spark.hadoop.dfs.ha.namenodes.${service} names ${node}, but ${key} is not set`, {
    hint: 'It is the host:port of that NameNode\'s web server, as in hdfs-site.xml.',
  })
}

function listOf(text: string | undefined): string[] { return (text ?? '').split(',').map(one => one.trim()).filter(one => one !== '') }
