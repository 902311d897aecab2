/** Databases that are killed with -9 and started again while a stream writes: nothing is lost and nothing doubled. */
import { Milliseconds, SparkConf, StreamingContext } from '../../../lib/index'
import { Lives, numbered } from '../../support/lives'
import { eventually } from '../../support/eventually'
import { quietly } from '../../support/streams'
import type { System } from '../support/system'
import { databases } from './databases'

describe.each(databases)('$name', database => {
  let system: System
  beforeAll(async () => { system = await database.start() })
  afterAll(() => system.close())

  /** Asks over a connection of its own: others end with the server. */
  async function ask(sql: string): Promise<unknown[][]> {
    const asked = await database.connect(system.port)
    try { return await asked.ask(sql) } finally { await asked.close() }
  }
  const url = async (): Promise<string> => {
    const asked = await database.connect(system.port)
    await asked.close()
    return asked.url
  }
  const numbers = async (table: string): Promise<number[]> => (await ask(`SELECT n FROM ${table} ORDER BY n`)).map(([n]) => Number(n))

  test.each(['local', 'local[2]'])('killed three times during a stream on %s', async master => {
    const where = { url: await url(), row: (n: number) => [n] }
    const [added, written] = [`added_${master.length}`, `written_${master.length}`]
    for (const table of [added, written]) await ask(`CREATE TABLE ${table} (n bigint)`)
    const ssc = new StreamingContext(new SparkConf().setMaster(master).setAppName('restarts'), Milliseconds(100))
    let ended = 0
    const numbersOf = ssc.queueStream<number>([]).transform((_rdd, { milliseconds }) => ssc.sparkContext.range(milliseconds, milliseconds + 10, 1, 2))
    numbersOf.saveTo(database.sink({ ...where, table: added }))
    numbersOf.foreachRDD((rdd, _time, output) => rdd.saveToTable({ ...where, table: written }, output))
    const times: number[] = []
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        ended++
        times.push(batchInfo.batchTime.milliseconds)
      },
    })
    await ssc.start()
    for (let kill = 0; kill < 3; kill++) {
      const before = ended
      await eventually(() => ended > before + 2, 60_000)
      await system.kill()
      await system.restart()
    }
    const before = ended
    await eventually(() => ended > before + 3, 60_000)
    await ssc.stop({ stopGracefully: true })
    expect(ssc.firstError).toBeUndefined()
    const expected = times.flatMap(time => Array.from({ length: 10 }, (_, i) => time + i)).sort((a, b) => a - b)
    expect(await numbers(added)).toEqual(expected)
    expect(await numbers(written)).toEqual(expected)
  }, 150_000)

  test('away for longer than a batch waits: the batch fails, the next ones go on, and the next life writes it', async () => {
    const table = 'waited'
    await ask(`CREATE TABLE ${table} (n bigint)`)
    const where = { url: await url(), table, retryMs: 100 }
    const lives = new Lives()
    const build = (ssc: StreamingContext): void => numbered(ssc).saveTo(database.sink(where))
    let message = ''
    await lives.live(build, async ({ ssc, runBatches }) => {
      await runBatches(2)
      await system.kill()
      await quietly(() => runBatches(1))
      message = String((ssc.firstError?.thrown as Error).message)
      await system.restart()
      await runBatches(1)
    })
    expect(message).toMatch(/The sink \w+\(waited\) of saveTo-0 could not \w+ the batch at 3000 ms: (PostgreSQL|MySQL) at 127\.0\.0\.1:\d+\/\w+: /)
    expect(await numbers(table)).toEqual([1, 2, 4])
    await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 4000 })
    expect(await numbers(table)).toEqual([1, 2, 3, 4, 5])
  })
})
