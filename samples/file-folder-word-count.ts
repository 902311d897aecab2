/** Counts the words of the files that appear in a folder. */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const texts = ['the mill turns\nthe wheel turns\n', 'water comes in\n', 'the flour goes out\n']

/** A file must appear whole: it is written aside and renamed into the folder. */
async function deliver(folder: string, name: string, text: string): Promise<void> {
  const aside = path.join(folder, `.${name}`)
  await fs.writeFile(aside, text)
  await fs.rename(aside, path.join(folder, name))
}

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const ssc = new StreamingContext(settings('FileFolderWordCount'), Milliseconds(300))
  const lines = ssc.textFileStream(folder)
  const counts = lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)

  let words = 0
  counts.print()
  counts.foreachRDD(async rdd => { words += await rdd.values().sum() })

  await ssc.start()
  for (const [i, text] of texts.entries()) {
    await delay(300)
    await deliver(folder, `delivery-${i}.txt`, text)
  }
  await ssc.awaitTerminationOrTimeout(700)
  await ssc.stop(true, true)
  await fs.rm(folder, { recursive: true })
  console.log(`Counted ${words} words in ${texts.length} files.`)
}

void main()
