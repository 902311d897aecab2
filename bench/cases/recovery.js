// What surviving costs: the log of received data beside a plain file with the same syncs, how long a recovery of a million
// keys takes, and how many bytes a batch writes beside what it changed.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Milliseconds, SparkContext, StateSpec, StreamingContext } = require('millrace')
const { ManualClock } = require('millrace/testing')
const { FramedLog } = require('../../dist/disk/framed-log')
const { realDisk } = require('../../dist/disk/real-disk')
const { compare } = require('../support/measure')
const { generator } = require('../support/text')

const blockBytes = 256 * 1024
const blocks = 256
const groupBlocks = 4

/** Appends in groups that are synced together: the log gathers them itself, the plain file is told to. */
async function logBesideFile(folder) {
  const block = Buffer.alloc(blockBytes, 'a line of text\n')
  let file = 0
  return compare({
    log: async () => {
      const log = await FramedLog.open(realDisk, path.join(folder, `log-${file++}`))
      for (let at = 0; at < blocks; at += groupBlocks) await Promise.all(Array.from({ length: groupBlocks }, () => log.append(1, block)))
      await log.close()
    },
    plain: async () => {
      const handle = await fs.promises.open(path.join(folder, `plain-${file++}`), 'a')
      const group = Buffer.concat(Array.from({ length: groupBlocks }, () => block))
      for (let at = 0; at < blocks; at += groupBlocks) {
        await handle.appendFile(group)
        await handle.datasync()
      }
      await handle.close()
    },
  }, { rounds: 5, warmup: 1 })
}

const keys = 1_000_000
const records = 100_000

/** Runs `batches` batches over the folder: the first run fills all keys with its first. */
async function life(folder, from, batches) {
  const sc = new SparkContext('local[2]', 'bench')
  const clock = new ManualClock(from * 1000)
  const start = performance.now()
  const queueOf = time => {
    const number = time.milliseconds / 1000
    const fresh = generator(number)
    return number === 1 ? Array.from({ length: keys }, (_, i) => [`k${i}`, 1])
      : Array.from({ length: records }, () => [`k${Math.floor(fresh() * keys)}`, 1])
  }
  const { InputDStream } = require('millrace')
  class Records extends InputDStream { compute(time) { return this.context.sparkContext.parallelize(queueOf(time), 2) } }
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const made = new StreamingContext(sc, Milliseconds(1000), { clock })
    made.checkpoint(folder)
    const spec = StateSpec.function((key, value, state) => {
      const sum = (state.getOption() ?? 0) + (value ?? 0)
      state.update(sum)
      return sum
    }).numPartitions(8)
    new Records(made).mapWithState(spec).foreachRDD(rdd => rdd.count())
    return made
  })
  await ssc.start()
  await ssc.idle()
  const readyMs = performance.now() - start
  for (let i = 0; i < batches; i++) {
    await clock.advance(1000)
    await ssc.idle()
  }
  if (ssc.firstError !== undefined) throw ssc.firstError.thrown
  await ssc.stop()
  return readyMs
}

const bytesIn = folder => fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).reduce((sum, entry) => sum + fs.statSync(path.join(entry.path, entry.name)).size, 0)

async function run() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  try {
    const { medianMs, ratio } = await logBesideFile(folder)
    const rate = ms => `${(blocks * blockBytes / 1e3 / ms).toFixed(0)} MB/s`
    const checkpoint = path.join(folder, 'checkpoint')
    await life(checkpoint, 0, 4)
    const before = bytesIn(checkpoint)
    await life(checkpoint, 4, 5)
    const written = bytesIn(checkpoint) - before
    // A key of about seven bytes, and a number.
    const changed = 5 * records * (7 + 8)
    const start = performance.now()
    await life(checkpoint, 9, 1)
    const recoveryMs = performance.now() - start
    return [
      { case: 'log of received data', ours: rate(medianMs.log), against: `a plain file with as many syncs (${rate(medianMs.plain)})`, ratio: ratio.plain, wanted: 0.6 },
      { case: 'recovery of a million keys, with its next batch', ours: `${recoveryMs.toFixed(0)} ms`, against: '2,000 ms', ratio: 2_000 / recoveryMs, wanted: 1 },
      { case: 'bytes of a checkpoint', ours: `${(written / 5e6).toFixed(2)} MB a batch`, against: `1.3 times what changed (${(changed / 5e6).toFixed(2)} MB a batch)`, ratio: 1.3 * changed / written, wanted: 1 },
    ]
  } finally { fs.rmSync(folder, { recursive: true }) }
}

module.exports = { run }
