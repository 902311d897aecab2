/**
 * Writes orders into files so that each is there exactly once although the program is killed, twice, at the worst of moments.
 * This program starts itself as another process, which kills itself: once when a batch is written and not seen yet, once when
 * it is seen and nothing says so yet. Two ways are shown: a transactional sink, and files that are named by batch and partition.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Milliseconds, StreamingContext, TaskContext, type SinkBatch, type SinkPartition, type TransactionalSink } from 'millrace'
import { settings } from './support/settings'

const fileCount = 24
const ordersPerFile = 5

/** Where a batch is written, and where it is seen. */
interface Places { readonly aside: string, readonly final: string }

/** A folder a batch, which appears whole. Its tasks write wherever they run. */
class OrderFolders implements TransactionalSink<string, Places, void, Places> {
  private batches = 0

  constructor(private readonly folder: string, private readonly dieAt: string | undefined) {}

  async begin({ timeMs }: SinkBatch): Promise<Places> {
    const places = { aside: path.join(this.folder, `.aside-${timeMs}`), final: path.join(this.folder, String(timeMs)) }
    await fs.rm(places.aside, { recursive: true, force: true }) // What an earlier attempt at this batch may have left.
    await fs.mkdir(places.aside, { recursive: true })
    return places
  }

  async write({ aside }: Places, { index }: SinkPartition, orders: Iterable<string>): Promise<void> {
    await fs.writeFile(path.join(aside, `part-${index}`), [...orders].map(order => `${order}\n`).join(''), { flush: true })
  }

  prepare(places: Places): Places {
    this.batches++
    if (this.dieAt === 'prepared' && this.batches === 3) die('a batch was written, and nobody could see it')
    return places
  }

  async commit({ aside, final }: Places): Promise<void> {
    // Called again when it is not known whether it has happened: then it has, or the rename does it now.
    await fs.rename(aside, final).catch(async error => { await fs.access(final).catch(() => { throw error }) })
    if (this.dieAt === 'committed' && this.batches === 3) die('a batch could be seen, and the checkpoint did not know')
  }

  async abort({ aside }: Places): Promise<void> { await fs.rm(aside, { recursive: true, force: true }) }
}

function die(what: string): void {
  process.stdout.write(`Killed when ${what}.\n`, () => process.kill(process.pid, 'SIGKILL'))
}

/** The program: `create` sets it up, in the first run and in every other one. */
async function saveOrders(folder: string): Promise<void> {
  const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), () => {
    const fresh = new StreamingContext(settings('ExactlyOnceOutput'), Milliseconds(200))
    const orders = fresh.textFileStream(path.join(folder, 'incoming'))
    orders.saveTo(new OrderFolders(path.join(folder, 'folders'), process.env.SAMPLE_DIE_AT), { uid: 'orders' })

    const files = path.join(folder, 'files')
    orders.foreachRDD(rdd => rdd.foreachPartition(async lines => {
      const all = [...lines]
      if (all.length === 0) return
      // Batch time and partition name what a task writes: when the batch runs again, the same file is replaced.
      const batchTime = TaskContext.get()!.getLocalProperty('spark.streaming.internal.batchTime')
      const name = path.join(files, `${batchTime}-${TaskContext.getPartitionId()}`)
      await fs.writeFile(`${name}.tmp`, all.map(line => `${line}\n`).join(''))
      await fs.rename(`${name}.tmp`, name)
    }))
    return fresh
  })
  await ssc.start()
  console.log(ssc.isRecovered ? 'The program goes on where it was.' : 'The program begins.')
  await ssc.awaitTermination()
}

function start(folder: string, dieAt: string): ChildProcess {
  return spawn(process.execPath, [path.join(__dirname, '..', 'bin', 'millrace'), 'run', __filename], {
    env: { ...process.env, SAMPLE_FOLDER: folder, SAMPLE_DIE_AT: dieAt }, stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Shows what the child prints; resolves when it has begun. */
function begun(child: ChildProcess): Promise<void> {
  child.stdout!.pipe(process.stdout, { end: false })
  return new Promise(resolve => child.stdout!.once('data', () => resolve()))
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise(resolve => child.once('exit', resolve))

/** Orders come all the time, also while nobody looks. */
async function deliver(folder: string): Promise<void> {
  for (let i = 0; i < fileCount; i++) {
    await delay(60)
    const lines = Array.from({ length: ordersPerFile }, (_, k) => `order ${i * ordersPerFile + k}\n`)
    // A file must appear whole: what begins with a dot is not looked at.
    const aside = path.join(folder, 'incoming', `.orders-${i}.txt`)
    await fs.writeFile(aside, lines.join(''))
    await fs.rename(aside, path.join(folder, 'incoming', `orders-${i}.txt`))
  }
}

/** Every order that can be seen below a folder. */
async function ordersIn(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name)
    if (entry.name.startsWith('.') || entry.name.endsWith('.tmp')) continue
    if (entry.isDirectory()) found.push(...await ordersIn(at))
    else found.push(...(await fs.readFile(at, 'utf8')).split('\n').filter(line => line !== ''))
  }
  return found
}

async function main(): Promise<void> {
  if (process.env.SAMPLE_FOLDER !== undefined) return saveOrders(process.env.SAMPLE_FOLDER)
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  for (const name of ['incoming', 'folders', 'files']) await fs.mkdir(path.join(folder, name))

  const first = start(folder, 'prepared')
  const firstEnded = ended(first)
  await begun(first)
  const delivered = deliver(folder)
  await firstEnded
  const second = start(folder, 'committed')
  await Promise.all([begun(second), ended(second)])
  const third = start(folder, 'never')
  await Promise.all([begun(third), delivered])

  const total = fileCount * ordersPerFile
  const places = ['folders', 'files'].map(name => path.join(folder, name))
  while ((await Promise.all(places.map(ordersIn))).some(orders => orders.length < total)) await delay(50)
  third.kill('SIGTERM') // It stops gracefully.
  await ended(third)
  for (const place of places) {
    const orders = await ordersIn(place)
    console.log(`${path.basename(place)}: ${total} orders came, ${orders.length} are there, ${new Set(orders).size} different ones.`)
  }
  await fs.rm(folder, { recursive: true })
}

void main()
