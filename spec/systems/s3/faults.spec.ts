/** S3 that fails, and programs that die while they write to it: nothing lost, nothing doubled, nothing half done that says it is whole. */
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { allFiles } from '../../../lib/disk/files'
import { setFileSystemSettings } from '../../../lib/disk/file-systems'
import { SparkConf, SparkContext } from '../../../lib/index'
import { quietly } from '../../support/streams'
import { CopiedLines, expectExactAfterKills } from '../support/copied-lines'
import { HttpProxy } from '../support/http-proxy'
import { motoCredentials, startMoto, type System } from '../support'

let moto: System
let proxy: HttpProxy
let client: S3Client
let folders = 0

const settingsOf = (address: string): Record<string, string> => ({
  'spark.hadoop.fs.s3a.endpoint': `http://${address}`, 'spark.hadoop.fs.s3a.path.style.access': 'true',
  'spark.hadoop.fs.s3a.access.key': motoCredentials.accessKeyId, 'spark.hadoop.fs.s3a.secret.key': motoCredentials.secretAccessKey,
})

beforeAll(async () => {
  moto = await startMoto()
  proxy = await HttpProxy.start(moto.port)
  client = new S3Client({ endpoint: `http://${moto.address}`, forcePathStyle: true, region: 'us-east-1', credentials: motoCredentials })
  await client.send(new CreateBucketCommand({ Bucket: 'faults' }))
}, 120_000)

afterAll(async () => {
  client?.destroy()
  proxy?.close()
  await moto?.close()
})

beforeEach(() => {
  proxy.fate = () => 'pass'
  proxy.seen.length = 0
})

const freshRoot = (): string => `s3://faults/${folders++}`
const uploadsWaiting = async (): Promise<number> => (await client.send(new ListMultipartUploadsCommand({ Bucket: 'faults' }))).Uploads?.length ?? 0
const isComplete = ({ method, url }: { method: string, url: string }): boolean => method === 'POST' && /[?&]uploadId=/.test(url)

async function run<R>(f: (sc: SparkContext) => Promise<R>, more: Record<string, string> = {}, master = 'local'): Promise<R> {
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec').setAll(Object.entries({ ...settingsOf(proxy.address), ...more })))
  try { return await f(sc) } finally { await sc.stop() }
}

describe.each(['local', 'local[2]'])('S3 that fails now and then, on %s', master => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}`)

  test.each([
    ['answers every third request 503', 503], ['answers every third request 500', 500], ['cuts every third connection', 'cut'],
    ['loses every fifth answer', 'lose'], ['sends half of every fifth answer', 'half'],
  ] as const)('%s: outputs and inputs are whole', (_name, fate) => run(async sc => {
    let count = 0
    const every = fate === 'lose' || fate === 'half' ? 5 : 3
    proxy.fate = () => ++count % every === 0 ? fate : 'pass'
    const root = freshRoot()
    await sc.parallelize(lines, 4).saveAsTextFile(`${root}/out`)
    expect(await sc.textFile(`${root}/out`).collect()).toEqual(lines)
    proxy.fate = () => 'pass'
    expect(await allFiles.list(`${root}/out`)).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002', 'part-00003'])
    expect(await uploadsWaiting()).toBe(0)
  }, {}, master))
})

describe('S3 that does not stop failing', () => {
  test('is an error that says what to do, and leaves no output', () => quietly(() => run(async sc => {
    proxy.fate = ({ method }) => method === 'PUT' ? 503 : 'pass'
    const root = freshRoot()
    const error = await sc.parallelize(['a']).saveAsTextFile(`${root}/out`).catch(refused => refused)
    expect(error.message).toContain('SlowDown')
    expect(error.message).toContain('tried 3 times')
    expect(error.hint).toContain('spark.hadoop.fs.s3a.attempts.maximum')
    proxy.fate = () => 'pass'
    expect(await allFiles.stat(`${root}/out`)).toBeUndefined()
    expect(await uploadsWaiting()).toBe(0)
  }, { 'spark.hadoop.fs.s3a.attempts.maximum': '3' })))

  test('before the last file of an output: nothing of it stays', () => quietly(() => run(async sc => {
    let completed = 0
    proxy.fate = request => isComplete(request) && ++completed > 2 ? 500 : 'pass'
    const root = freshRoot()
    await expect(sc.parallelize(['a', 'b', 'c', 'd'], 4).saveAsTextFile(`${root}/out`)).rejects.toThrow('saveAsTextFile cannot write to')
    proxy.fate = () => 'pass'
    expect(await allFiles.stat(`${root}/out`)).toBeUndefined()
    expect(await uploadsWaiting()).toBe(0)
  }, { 'spark.hadoop.fs.s3a.attempts.maximum': '2' })))
})

describe('a program that is killed while it writes to S3', () => {
  const moments: [string, (request: { method: string, url: string }) => boolean][] = [
    ['when the first file of a batch is completed', isComplete],
    ['when a part of a file is uploaded', ({ method, url }) => method === 'PUT' && url.includes('partNumber=')],
    ['when _SUCCESS is put', ({ method, url }) => method === 'PUT' && url.includes('_SUCCESS')],
    ['when its log of events goes on', ({ method, url }) => method === 'PUT' && url.includes('/checkpoint/events/') && url.includes('.log')],
    ['when its state is kept', ({ method, url }) => method === 'PUT' && url.includes('/checkpoint/state/') && url.includes('.log')],
  ]

  test.each(moments)('%s, several times, and then goes on: exact', async (_name, isMoment) => {
    setFileSystemSettings(Object.entries(settingsOf(moto.address)))
    const copied = new CopiedLines({ root: freshRoot(), settings: settingsOf(proxy.address) })
    await expectExactAfterKills(copied, proxy, isMoment, 2)
    expect(await uploadsWaiting()).toBe(0)
  })

  test('by S3 failing for a while: it goes on when S3 does', async () => {
    setFileSystemSettings(Object.entries(settingsOf(moto.address)))
    const copied = new CopiedLines({ root: freshRoot(), settings: settingsOf(proxy.address), master: 'local[2]' })
    await copied.prepare()
    await copied.add()
    await copied.start()
    const endMs = Date.now() + 3_000
    proxy.fate = () => Date.now() < endMs ? 503 : 'pass'
    await copied.add()
    await copied.expectExact()
    expect(await copied.stop()).toBe(0)
  })
})
