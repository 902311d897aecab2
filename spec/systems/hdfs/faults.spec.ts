/** HDFS that loses a DataNode, or its NameNode for a while, and programs that die while they write to it: nothing lost, nothing doubled. */
import { allFiles } from '../../../lib/disk/files'
import { setFileSystemSettings } from '../../../lib/disk/file-systems'
import { SparkConf, SparkContext } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { CopiedLines, expectExactAfterKills } from '../support/copied-lines'
import { HttpProxy } from '../support/http-proxy'
import { startHdfs, type Hdfs } from '../support'

const dataNodeCount = 3

let hdfs: Hdfs
let proxy: HttpProxy
let folders = 0

beforeAll(async () => {
  // One may be lost at any time: what is written meanwhile is on one of the others at least, and soon on both.
  hdfs = await startHdfs({ dataNodes: dataNodeCount, properties: { 'dfs.replication': 2 } })
  proxy = await HttpProxy.start(hdfs.port)
}, 120_000)

afterAll(async () => {
  proxy?.close()
  await hdfs?.close()
})

beforeEach(async () => {
  proxy.fate = () => 'pass'
  for (const system of [hdfs.nameNode, ...hdfs.dataNodes]) if (!system.isRunning) await system.restart()
  await eventually(async () => await hdfs.liveDataNodes() === dataNodeCount, 60_000)
}, 120_000)

const settingsOf = (address: string): Record<string, string> => ({ 'spark.hadoop.dfs.namenode.http-address': address })
const freshRoot = (): string => `hdfs://cluster/faults/${folders++}`

/** Whether all DataNodes live and each block is on two: then one may be lost. */
async function isReplicated(): Promise<boolean> {
  const answer = await fetch(`http://${hdfs.address}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystem`)
  const { beans: [bean] } = await answer.json() as { beans: { UnderReplicatedBlocks: number, NumLiveDataNodes: number }[] }
  return bean!.NumLiveDataNodes === dataNodeCount && bean!.UnderReplicatedBlocks === 0
}

function copying(address: string, master = 'local'): CopiedLines {
  setFileSystemSettings(Object.entries(settingsOf(hdfs.address)))
  return new CopiedLines({ root: freshRoot(), settings: settingsOf(address), master })
}

test.each(['local', 'local[2]'])('a DataNode dies under a stream, comes back, and another one dies, on %s', async master => {
  const copied = copying(hdfs.address, master)
  await copied.prepare()
  await copied.add()
  await copied.start()
  await copied.expectExact()
  for (const dataNode of hdfs.dataNodes.slice(0, 2)) {
    await copied.add()
    await dataNode.kill()
    await copied.add()
    await copied.expectExact()
    await dataNode.restart()
    await copied.add()
    await copied.expectExact()
    await eventually(isReplicated, 120_000)
  }
  expect(await copied.stop()).toBe(0)
}, 400_000)

test('the NameNode is killed and started again: the stream waits for it', async () => {
  const copied = copying(hdfs.address)
  await copied.prepare()
  await copied.add()
  await copied.start()
  await copied.expectExact()
  await hdfs.nameNode.kill()
  await hdfs.nameNode.restart()
  await eventually(async () => await hdfs.liveDataNodes() === dataNodeCount, 60_000)
  await copied.add()
  await copied.expectExact()
  expect(await copied.stop()).toBe(0)
})

describe('answers of the NameNode that are lost', () => {
  test.each(['lose', 'cut'] as const)('every fourth (%s): outputs are whole, and nothing is moved twice', async fate => {
    const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('spec').setAll(Object.entries(settingsOf(proxy.address))))
    try {
      let count = 0
      proxy.fate = () => ++count % 4 === 0 ? fate : 'pass'
      const root = freshRoot()
      const lines = Array.from({ length: 3_000 }, (_, i) => `line ${i}`)
      await sc.parallelize(lines, 4).saveAsTextFile(`${root}/out`)
      expect(await sc.textFile(`${root}/out`).collect()).toEqual(lines)
      proxy.fate = () => 'pass'
      expect(await allFiles.list(`${root}/out`)).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002', 'part-00003'])
      expect(await allFiles.list(root)).toEqual(['out'])
    } finally { await sc.stop() }
  })
})

const asksFor = (op: string, part = '') => ({ url }: { url: string }): boolean => url.includes(`op=${op}`) && url.includes(part)

describe('a program that is killed while it writes to HDFS', () => {
  test.each([
    ['when a file is made', asksFor('CREATE')],
    ['when an output gets its name', asksFor('RENAME', '_temporary')],
    ['when its log of events goes on', asksFor('RENAME', 'events')],
    ['when its state is kept', asksFor('RENAME', 'state')],
  ] as const)('%s, several times, and then goes on: exact', async (_name, isMoment) => {
    await expectExactAfterKills(copying(proxy.address), proxy, isMoment, 3)
  })
})
