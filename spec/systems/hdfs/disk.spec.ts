/** HDFS keeps the contract of every Disk; and what is its own. */
import { HdfsDisk } from '../../../lib/connect/hdfs/disk'
import type { DiskError } from '../../../lib/disk/disk'
import { describeDisk } from '../../disk/disk-contract'
import { startHdfs, type Hdfs } from '../support'

let hdfs: Hdfs
let disk: HdfsDisk
let folders = 0

beforeAll(async () => {
  hdfs = await startHdfs()
  disk = new HdfsDisk({ getOption: () => undefined })
}, 120_000)

afterAll(async () => {
  disk?.release()
  await hdfs?.close()
})

async function freshFolder(): Promise<string> {
  const root = `webhdfs://${hdfs.address}/specs/${folders++}`
  await disk.makeDirectory(root)
  return root
}

describeDisk('HDFS', async () => ({ disk, root: await freshFolder() }), { showsUnsynced: false })

const refusal = (run: Promise<unknown>): Promise<DiskError> => run.then(() => { throw new Error('not refused') }, error => error as DiskError)

describe('HDFS', () => {
  it('is found by hdfs:// paths through the address of its web server', async () => {
    const settings = new Map([['spark.hadoop.dfs.namenode.http-address', hdfs.address], ['spark.hadoop.fs.defaultFS', hdfs.rpcAddress]])
    const named = new HdfsDisk({ getOption: key => settings.get(key) })
    const root = (await freshFolder()).replace(`webhdfs://${hdfs.address}`, hdfs.rpcAddress)
    await named.put(`${root}/a`, Buffer.from('x'))
    expect(Buffer.from(await named.readFile(`${root}/a`)).toString()).toBe('x')
    expect(await named.list(root.replace(hdfs.rpcAddress, 'hdfs://'))).toEqual(['a'])
    named.release()
  })

  it('goes on to the NameNode that serves', async () => {
    const settings = new Map([
      ['spark.hadoop.dfs.ha.namenodes.pair', 'one,two'], ['spark.hadoop.dfs.namenode.http-address.pair.one', '127.0.0.1:9'],
      ['spark.hadoop.dfs.namenode.http-address.pair.two', hdfs.address],
    ])
    const pair = new HdfsDisk({ getOption: key => settings.get(key) })
    await pair.makeDirectory('hdfs://pair/specs/pair')
    expect(await pair.list('hdfs://pair/specs')).toContain('pair')
    pair.release()
  })

  it('says what HDFS says', async () => {
    const root = await freshFolder()
    const invalid = await refusal(disk.makeDirectory(`${root}/a:b`))
    expect(invalid.message).toContain('InvalidPathException')
    expect(invalid.message).toContain('a:b')
    const file = await refusal(disk.put(`${root}/none/a`, Buffer.from('x')))
    expect(file.kind).toBe('not found')
  })

  it('says which address does not answer, and what to set', async () => {
    const settings = new Map([['spark.hadoop.dfs.http.client.retry.max.attempts', '2']])
    const nowhere = new HdfsDisk({ getOption: key => settings.get(key) })
    const error = await refusal(nowhere.stat('webhdfs://127.0.0.1:9/a'))
    expect(error.message).toContain('no NameNode answers at 127.0.0.1:9')
    expect(error.hint).toContain('spark.hadoop.dfs.namenode.http-address')
    nowhere.release()
  })

  it('makes private files and folders for their owner alone', async () => {
    const root = await freshFolder()
    await disk.makeDirectory(`${root}/own`, { isPrivate: true })
    await disk.put(`${root}/own/a`, Buffer.from('x'), { isPrivate: true })
    const status = await (await fetch(`http://${hdfs.address}/webhdfs/v1/${root.split('/').slice(3).join('/')}/own?op=LISTSTATUS`)).json() as any
    expect(status.FileStatuses.FileStatus[0].permission).toBe('600')
  })
})
