/**
 * R4: cuts and flipped bits in the files of a checkpoint folder. What the damage has to do with the end of a log that a
 * crash could have torn is recovered to the last good entry; everything else is refused with a code and the file. Never
 * does a program go on with a wrong value.
 */
import { Random } from '../../lib/base/random'
import { MillraceError } from '../../lib/base/errors'
import { setLogger } from '../../lib/base/log'
import { copyTree } from '../../lib/disk/copy-tree'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import { InputDStream, Seconds, SparkConf, SparkContext, StreamingContext, type DStream, type RDD, type Time } from '../../lib/index'
import { ManualClock } from '../../lib/testing/index'
import { lineOf, resultsOf, type Lengths, type ProgramName } from './reference'

const golden = require('./programs') as {
  readonly programs: Record<ProgramName, (pairs: DStream<[string, number]>, batch: ReturnType<typeof Seconds>) => DStream<unknown>>
  readonly lengths: Lengths
  readonly pairOf: (record: string) => [string, number]
  readonly recordOf: (id: number) => string
  readonly hurry: (isTimeless: boolean) => void
}

const batch = Seconds(1)
const batches = 9
const recordsPerBatch = 4

const recordsAt = (timeMs: number): string[] => (
  Array.from({ length: recordsPerBatch }, (_, i) => golden.recordOf(timeMs / batch.milliseconds * recordsPerBatch + i))
)

/** Each batch has records of its own, which only the time decides: so results cannot depend on what is lost. */
class TimedInput extends InputDStream<string> {
  constructor(context: StreamingContext) { super(context, 'timed') }
  override checkpointData(): unknown { return 'as it was' }
  override compute(time: Time): RDD<string> { return this.context.sparkContext.parallelize(recordsAt(time.milliseconds), 2) }
}

/** Runs the program on `disk` from second `from` on, and notes what it gives. */
async function live(disk: MemoryDisk, program: ProgramName, from: number, count: number, onEnd?: () => Promise<void>): Promise<Map<number, string[]>> {
  const results = new Map<number, string[]>()
  const clock = new ManualClock(from * batch.milliseconds)
  const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('damage'))
  try {
    const ssc = await StreamingContext.getOrCreate('/checkpoint', () => {
      const fresh = new StreamingContext(sc, batch, { clock, disk })
      fresh.checkpoint('/checkpoint')
      golden.programs[program](new TimedInput(fresh).map(golden.pairOf), batch)
        .foreachRDD(async (rdd, { milliseconds }) => { results.set(milliseconds, (await rdd.collect()).map(lineOf).sort()) })
      return fresh
    })
    try {
      await ssc.start()
      for (let i = 0; i < count; i++) {
        await clock.advance(batch.milliseconds)
        await ssc.idle()
      }
      await onEnd?.()
      if (ssc.firstError !== undefined) throw ssc.firstError.thrown
    } finally { await ssc.stop({ stopSparkContext: false }) }
  } finally { await sc.stop() }
  return results
}

async function filesBelow(disk: MemoryDisk, folder: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await disk.list(folder)) {
    const file = `${folder}/${name}`
    if ((await disk.stat(file))!.isDirectory) found.push(...await filesBelow(disk, file))
    else if (file.endsWith('.log')) found.push(file)
  }
  return found
}

async function write(disk: MemoryDisk, file: string, bytes: Uint8Array): Promise<void> {
  await disk.remove(file)
  const handle = await disk.openAppend(file)
  await handle.append(bytes)
  await handle.close()
}

export interface DamageResult { readonly problems: string[], readonly refused: number, readonly recovered: number }

/** Makes a folder with `program`, and damages it `count` times, each time from the start. */
export async function damage(program: ProgramName, count: number, seed: number): Promise<DamageResult> {
  golden.hurry(true)
  const ignore = (): void => undefined
  setLogger({ debug: ignore, info: ignore, warn: ignore, error: ignore })
  const { exitCode } = process
  try {
    const random = new Random(seed)
    const whole = new MemoryDisk()
    // As a killed process leaves it, or, now and then, one that has stopped in order.
    const isKilled = random.nextInt(4) > 0
    await live(whole, program, 0, batches, isKilled ? () => copyTree(whole, '/checkpoint', '/left') : undefined)
    const files = await filesBelow(whole, isKilled ? '/left' : '/checkpoint')
    const times = Array.from({ length: batches + 2 }, (_, i) => (i + 1) * batch.milliseconds)
    const right = resultsOf(program, times.map(recordsAt), golden.lengths)
    const result: DamageResult = { problems: [], refused: 0, recovered: 0 }
    for (let i = 0; i < count && result.problems.length === 0; i++) await damageOnce(whole, program, { files, right, random, isKilled }, result)
    return result
  } finally {
    setLogger(undefined)
    process.exitCode = exitCode
  }
}

/** What a refusal says of the place. */
const refusals = /at byte \d+|has format version|was renamed|does not belong|belongs to|tells of no run/

interface Scene {
  readonly files: readonly string[]
  readonly right: readonly (readonly string[] | undefined)[]
  readonly random: Random
  readonly isKilled: boolean
}

async function damageOnce(
  whole: MemoryDisk, program: ProgramName, { files, right, random, isKilled }: Scene, result: DamageResult,
): Promise<void> {
  const disk = new MemoryDisk()
  for (const file of files) {
    const target = isKilled ? file.replace('/left', '/checkpoint') : file
    await disk.makeDirectory(target.slice(0, target.lastIndexOf('/')))
    await write(disk, target, await whole.readFile(file))
  }
  const file = files[random.nextInt(files.length)]!.replace('/left', '/checkpoint')
  const { bytes, what } = damaged(await disk.readFile(file), random)
  await (bytes === undefined ? disk.remove(file) : write(disk, file, bytes))
  const said = `${what} of ${file}`
  try {
    for (const [timeMs, found] of await live(disk, program, batches, 2)) {
      const wanted = right[timeMs / batch.milliseconds - 1]
      if (lineOf(found) !== lineOf(wanted)) result.problems.push(`${program}: ${said}: the batch at ${timeMs} gives ${lineOf(found)} where ${lineOf(wanted)} is right`)
    }
    ;(result as { recovered: number }).recovered++
  } catch (error) {
    (result as { refused: number }).refused++
    const { code, message } = error as MillraceError
    const isNamed = code === 'MR_LOG_DAMAGED' && message.includes(file.slice(0, file.lastIndexOf('/'))) && refusals.test(message)
    if (!isNamed) result.problems.push(`${program}: ${said} ends in ${(error as Error)?.stack}`)
  }
}

function damaged(bytes: Uint8Array, random: Random): { readonly bytes: Uint8Array | undefined, readonly what: string } {
  const kind = random.nextInt(12)
  const at = random.nextInt(bytes.length)
  if (kind === 0) return { bytes: undefined, what: 'removal' }
  if (kind <= 2) return { bytes: bytes.subarray(0, at), what: `a cut at ${at}` }
  if (kind === 3) return { bytes: Buffer.concat([bytes, Buffer.alloc([1, 512, 4096][random.nextInt(3)]!)]), what: 'zeros after the end' }
  if (kind === 4) return { bytes: Buffer.concat([bytes, bytes.subarray(at)]), what: `the bytes from ${at} again after the end` }
  const flipped = Buffer.from(bytes)
  flipped[at]! ^= 1 << random.nextInt(8)
  return { bytes: flipped, what: `a flipped bit at ${at}` }
}
