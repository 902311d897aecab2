/** HDFS: a NameNode with WebHDFS, and its DataNodes, in one JVM or, to lose one of them, each in its own. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { eventually } from '../../support/eventually'
import { jars } from './downloads'
import { java, javaArguments, runJava } from './java'
import { writeLogging } from './kafka'
import { accepts } from './ports'
import { System, type Place } from './system'

const version = '3.4.2'
const source = path.join(__dirname, '..', 'programs', 'hdfs', 'Dfs.java')

export interface HdfsOptions {
  /** As many DataNodes in JVMs of their own, which can be killed; by default one, in the NameNode's. */
  readonly dataNodes?: number
  /** Hadoop properties that differ from those here, e.g. `{ 'dfs.replication': 2 }`. */
  readonly properties?: Record<string, string | number | boolean>
}

export interface Hdfs {
  /** The NameNode. Its `port` and `address` are those of WebHDFS: `http://ADDRESS/webhdfs/v1`. */
  readonly nameNode: System
  /** Those of their own JVM. */
  readonly dataNodes: readonly System[]
  /** `127.0.0.1:PORT` of WebHDFS. */
  readonly address: string
  readonly port: number
  /** `hdfs://127.0.0.1:PORT`, for Hadoop's own clients. */
  readonly rpcAddress: string
  /** A folder with core-site.xml and hdfs-site.xml for Hadoop's own clients. */
  readonly settings: string
  /** Runs `hdfs dfs ARGS`, e.g. `tool('-text', '/out/part-00000')`, and returns what it printed. */
  tool(...args: string[]): Promise<string>
  /** How many DataNodes the NameNode counts as alive now. */
  liveDataNodes(): Promise<number>
  /** Ends all of it and removes its folders. */
  close(): Promise<void>
}

/** Starts HDFS, in 3 to 6 seconds, with its DataNodes known and writable. */
export async function startHdfs({ dataNodes: count, properties = {} }: HdfsOptions = {}): Promise<Hdfs> {
  const libraries = await jars('hdfs', version)
  const start = (what: 'namenode' | 'datanode' | 'both', nameNode?: System): Promise<System> => System.start({
    name: `hdfs-${what}`,
    ports: ['web', 'rpc', 'data', 'dataWeb', 'dataIpc'],
    command(place) {
      writeSettings(place, nameNode?.ports.rpc ?? place.ports.rpc!, properties)
      const settings = path.join(place.folder, 'conf')
      const options = ['--add-opens', 'java.base/java.lang=ALL-UNNAMED', '-XX:TieredStopAtLevel=1']
      return { command: java(), args: javaArguments({ jars: libraries, settings, main: source, args: [what], heapMb: 512 }, ...options) }
    },
    isReady: async ({ ports }) => what === 'datanode' ? accepts(ports.data!)
      : await isOpen(ports.web!) && (what === 'namenode' || await liveDataNodes(ports.web!) === 1),
  })
  const nameNode = await start(count === undefined ? 'both' : 'namenode')
  const dataNodes: System[] = []
  const close = async (): Promise<void> => { await Promise.all([nameNode, ...dataNodes].map(each => each.close())) }
  try {
    for (let i = 0; i < (count ?? 0); i++) dataNodes.push(await start('datanode', nameNode))
    await eventually(async () => await liveDataNodes(nameNode.port) === (count ?? 1), 30_000)
  } catch (error) {
    await close()
    throw error
  }
  const settings = path.join(nameNode.folder, 'conf')
  return {
    nameNode, dataNodes, settings, close, address: nameNode.address, port: nameNode.port,
    rpcAddress: `hdfs://127.0.0.1:${nameNode.ports.rpc}`,
    tool: (...args) => hdfsTool(settings, ...args),
    liveDataNodes: () => liveDataNodes(nameNode.port),
  }
}

/** Runs `hdfs dfs ARGS` with the settings of a system that was started, and returns what it printed. */
export async function hdfsTool(settings: string, ...args: string[]): Promise<string> {
  return runJava({ jars: await jars('hdfs', version), settings, main: 'org.apache.hadoop.fs.FsShell', args })
}

function writeSettings({ folder, ports }: Place, rpc: number, own: HdfsOptions['properties']): void {
  const conf = path.join(folder, 'conf')
  // The web pages are not in the jars; empty folders will do.
  for (const page of ['hdfs', 'datanode']) fs.mkdirSync(path.join(conf, 'webapps', page), { recursive: true })
  writeLogging(path.join(conf, 'log4j.properties'))
  writeXml(path.join(conf, 'core-site.xml'), { 'fs.defaultFS': `hdfs://127.0.0.1:${rpc}`, 'hadoop.tmp.dir': path.join(folder, 'tmp') })
  writeXml(path.join(conf, 'hdfs-site.xml'), {
    'dfs.replication': 1,
    'dfs.permissions.enabled': false,
    'dfs.namenode.name.dir': `file:${folder}/name`,
    'dfs.datanode.data.dir': `file:${folder}/data`,
    'dfs.namenode.http-address': `127.0.0.1:${ports.web}`,
    'dfs.datanode.address': `127.0.0.1:${ports.data}`,
    'dfs.datanode.http.address': `127.0.0.1:${ports.dataWeb}`,
    'dfs.datanode.ipc.address': `127.0.0.1:${ports.dataIpc}`,
    'dfs.datanode.hostname': '127.0.0.1',
    'dfs.namenode.datanode.registration.ip-hostname-check': false,
    'dfs.namenode.safemode.min.datanodes': 0,
    'dfs.namenode.safemode.extension': 0,
    'dfs.namenode.fs-limits.min-block-size': 512,
    // By default a DataNode counts as lost after ten minutes; so after twelve seconds.
    'dfs.heartbeat.interval': 1,
    'dfs.namenode.heartbeat.recheck-interval': 1000,
    // The default, 400 ms, is what half of all small writes would wait for.
    'dfs.client.block.write.locateFollowingBlock.initial.delay.ms': 10,
    'dfs.webhdfs.enabled': true,
    ...own,
  })
}

function writeXml(file: string, properties: Record<string, string | number | boolean>): void {
  const rows = Object.entries(properties).map(([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`)
  fs.writeFileSync(file, `<configuration>\n${rows.join('\n')}\n</configuration>\n`)
}

async function bean(port: number, query: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/jmx?qry=${query}`, { signal: AbortSignal.timeout(5_000) })
    const { beans } = await answer.json() as { beans: Record<string, unknown>[] }
    return beans[0]
  } catch { return undefined }
}

async function isOpen(port: number): Promise<boolean> {
  return (await bean(port, 'Hadoop:service=NameNode,name=NameNodeInfo'))?.Safemode === ''
}

async function liveDataNodes(port: number): Promise<number> {
  return Number((await bean(port, 'Hadoop:service=NameNode,name=FSNamesystemState'))?.NumLiveDataNodes ?? 0)
}
