/** Saves every batch as text files, in a folder named by its batch time, and reads them all again. */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'

const batches = [['flour', 'bran', 'flour'], ['bran'], ['semolina', 'flour']]

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const ssc = new StreamingContext(settings('SaveAsText'), Milliseconds(300))
  const sc = ssc.sparkContext

  const counts = ssc.queueStream(batches).countByValue(1)
  // A folder appears whole, with a file _SUCCESS in it; a batch that is run again replaces its own folder.
  counts.saveAsTextFiles(path.join(folder, 'sold'), 'txt')

  let completed = 0
  ssc.addStreamingListener({
    // The SparkContext goes on: it reads the files below.
    onBatchCompleted() { if (++completed === 3) setImmediate(() => { void ssc.stop(false, true) }) },
  })
  await ssc.start()
  await ssc.awaitTermination()

  for (const name of (await fs.readdir(folder)).sort()) {
    const files = await fs.readdir(path.join(folder, name))
    console.log(`${name.replace(/\d+/, 'TIME')}: ${files.sort().join(' ')}`)
  }
  const lines = await sc.textFile(path.join(folder, 'sold-*.txt')).collect()
  console.log(lines.sort().join(' '))
  await sc.stop()
  await fs.rm(folder, { recursive: true })
}

void main()
