/**
 * Counts the words of all files that ever came into a folder, and survives being killed: the counts go on where they were,
 * and no file is counted twice. This program starts itself as a second process, kills it, and starts it again.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const fileCount = 12

/** The program: `create` sets it up, in the first run and in every other one. */
async function count(folder: string): Promise<void> {
  const create = (): StreamingContext => {
    const ssc = new StreamingContext(settings('RecoverableWordCount'), Milliseconds(150))
    const words = ssc.textFileStream(path.join(folder, 'incoming')).flatMap(line => line.split(' '))
    const totals = words.map(word => [word, 1]).updateStateByKey<number>((values, total = 0) => total + values.length).uid('totals')
    totals.foreachRDD(async rdd => {
      const counts = new Map(await rdd.collect())
      // Every file has one "end": when all are counted the program is done.
      if (counts.get('end') !== fileCount) return
      console.log([...counts].map(([word, total]) => `${word} ${total}`).sort().join(', '))
      setImmediate(() => { void ssc.stop() })
    })
    return ssc
  }
  const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), create)
  await ssc.start()
  console.log(ssc.isRecovered ? 'The program goes on where it was.' : 'The program begins.')
  await ssc.awaitTermination()
}

function start(folder: string): ChildProcess {
  return spawn(process.execPath, [path.join(__dirname, '..', 'bin', 'millrace'), 'run', __filename], {
    env: { ...process.env, SAMPLE_FOLDER: folder }, stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Shows what the child prints; resolves with its first line. */
function firstLine(child: ChildProcess): Promise<void> {
  child.stdout!.pipe(process.stdout, { end: false })
  return new Promise(resolve => child.stdout!.once('data', () => resolve()))
}

async function deliver(folder: string, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    await delay(60)
    // A file must appear whole: what begins with a dot is not looked at.
    const aside = path.join(folder, 'incoming', `.file-${i}.txt`)
    await fs.writeFile(aside, 'the mill turns\nthe wheel turns\nend\n')
    await fs.rename(aside, path.join(folder, 'incoming', `file-${i}.txt`))
  }
}

async function main(): Promise<void> {
  if (process.env.SAMPLE_FOLDER !== undefined) return count(process.env.SAMPLE_FOLDER)
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  await fs.mkdir(path.join(folder, 'incoming'))

  const first = start(folder)
  await firstLine(first)
  await deliver(folder, 0, 7)
  first.kill('SIGKILL')
  console.log('The program was killed.')
  await deliver(folder, 7, 9) // Nobody looks.

  const second = start(folder)
  const ended = new Promise(resolve => second.once('exit', resolve))
  await firstLine(second)
  await deliver(folder, 9, fileCount)
  await ended
  await fs.rm(folder, { recursive: true })
}

void main()
