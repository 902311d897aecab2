/** S3 keeps the contract of every Disk; and what is its own. */
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { S3Disk } from '../../../lib/connect/s3/disk'
import type { DiskError } from '../../../lib/disk/disk'
import { describeDisk } from '../../disk/disk-contract'
import { motoCredentials, startMoto, type System } from '../support'

let moto: System
let disk: S3Disk
let client: S3Client
let folders = 0

const settingsOf = (address: string, more: Record<string, string> = {}) => {
  const settings = new Map(Object.entries({
    'spark.hadoop.fs.s3a.endpoint': `http://${address}`, 'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.access.key': motoCredentials.accessKeyId, 'spark.hadoop.fs.s3a.secret.key': motoCredentials.secretAccessKey, ...more,
  }))
  return { getOption: (key: string) => settings.get(key) }
}

beforeAll(async () => {
  moto = await startMoto()
  disk = new S3Disk(settingsOf(moto.address, { 'spark.hadoop.fs.s3a.multipart.size': '5m' }))
  client = new S3Client({ endpoint: `http://${moto.address}`, forcePathStyle: true, region: 'us-east-1', credentials: motoCredentials })
  await client.send(new CreateBucketCommand({ Bucket: 'specs' }))
}, 120_000)

afterAll(async () => {
  disk?.release()
  client?.destroy()
  await moto?.close()
})

async function freshFolder(): Promise<string> {
  const root = `s3://specs/folders/${folders++}`
  await disk.makeDirectory(root)
  return root
}

const refusal = (run: Promise<unknown>): Promise<DiskError> => run.then(() => { throw new Error('not refused') }, error => error as DiskError)
const waiting = async (): Promise<number> => (await client.send(new ListMultipartUploadsCommand({ Bucket: 'specs' }))).Uploads?.length ?? 0

describeDisk('S3', async () => ({ disk, root: await freshFolder() }), { showsUnsynced: false, hasFolders: false, keepsTimes: false, takesLineFeeds: false })

describe('S3', () => {
  it('lists page after page', async () => {
    const root = await freshFolder()
    const names = Array.from({ length: 1_203 }, (_, i) => `f${String(i).padStart(5, '0')}`)
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(name => disk.put(`${root}/${name}`, Buffer.from(name))))
    expect(await disk.list(root)).toEqual(names)
    await disk.remove(root)
    expect(await disk.stat(root)).toBeUndefined()
  }, 60_000)

  it('shows uploads when they are completed, and not before', async () => {
    const root = await freshFolder()
    const upload = await disk.uploads.begin(`${root}/a`)
    const bytes = Buffer.alloc(12 * 1024 * 1024, 'ab')
    await upload.append(bytes)
    const ticket = await upload.finish()
    expect(await disk.list(root)).toEqual([])
    const travelled = JSON.parse(JSON.stringify(ticket)) as typeof ticket
    await disk.uploads.complete(travelled)
    expect(Buffer.from(await disk.readFile(`${root}/a`)).equals(bytes)).toBe(true)
    await disk.uploads.complete(travelled)
    expect(await waiting()).toBe(0)
  })

  it('aborts uploads: one, and all below a folder', async () => {
    const root = await freshFolder()
    const one = await disk.uploads.begin(`${root}/in/a`)
    await one.append(Buffer.from('x'))
    await one.abort()
    await one.abort()
    const two = await disk.uploads.begin(`${root}/in/b`)
    await two.finish()
    const three = await disk.uploads.begin(`${root}/inside`)
    await disk.uploads.abortBelow(`${root}/in`)
    expect(await waiting()).toBe(1)
    expect((await refusal(disk.list(`${root}/in`))).kind).toBe('not found')
    await three.abort()
    expect(await waiting()).toBe(0)
  })

  it('refuses to read on in a file that was replaced', async () => {
    const root = await freshFolder()
    await disk.put(`${root}/a`, Buffer.from('old content'))
    const handle = await disk.openRead(`${root}/a`)
    await disk.put(`${root}/a`, Buffer.from('new content'))
    expect((await refusal(handle.read(0, 3))).message).toContain('it was replaced while it was being read')
  })

  it('names a bucket that is not there, and credentials that are refused, without the secret', async () => {
    const error = await refusal(disk.list('s3://nobucket/a'))
    expect(error.kind).toBe('not found')
    expect(error.hint).toContain('nobucket')
    const nobody = new S3Disk(settingsOf('127.0.0.1:9', { 'spark.hadoop.fs.s3a.attempts.maximum': '2', 'spark.hadoop.fs.s3a.secret.key': 'verySecret' }))
    const lost = await refusal(nobody.list('s3://specs/a'))
    expect(lost.message).toContain('ECONNREFUSED')
    expect(`${lost.message} ${lost.hint} ${String(lost.stack)}`).not.toContain('verySecret')
    expect(lost.retriable).toBe(true)
    nobody.release()
  })

  it('keeps keys as they are', async () => {
    const root = await freshFolder()
    const names = [' ', '%41', '+', 'a b', 'ä', '日本', '#?&=', "'\"", '$,;:@']
    for (const name of names) await disk.put(`${root}/${name}`, Buffer.from(name))
    expect((await disk.list(root)).sort()).toEqual([...names].sort())
    await disk.rename(`${root}/%41`, `${root}/+ä`)
    expect(Buffer.from(await disk.readFile(`${root}/+ä`)).toString()).toBe('%41')
  })
})
