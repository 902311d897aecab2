/** R17: this version goes on from the checkpoints of every version before, and refuses those of later ones. */
import * as path from 'node:path'
import * as fs from 'node:fs'
import { crc32 } from '../../lib/base/crc32'
import { realDisk } from '../../lib/disk/real-disk'
import { Lives } from '../support/lives'
import { copyBetween, fixtureBatches, fixtureProgram, fixtureResult } from './fixture'

const fixtures = path.join(__dirname, 'fixtures')

async function livesFrom(version: string): Promise<Lives> {
  const lives = new Lives()
  await copyBetween(realDisk, path.join(fixtures, version), lives.disk, '/checkpoint')
  return lives
}

test.each(fs.readdirSync(fixtures))('the checkpoint of version %s is gone on from, state by state', async version => {
  const lives = await livesFrom(version)
  const results = new Map<number, unknown>()
  await lives.live(fixtureProgram(results), async ({ ssc, runBatches }) => {
    expect(ssc.isRecovered).toBe(true)
    await runBatches(2)
  }, { atMs: fixtureBatches * 1000 })
  expect([...results]).toEqual([5, 6].map(n => [n, fixtureResult(n)]))
})

test('a folder of a later format version is refused, with the code and what to do', async () => {
  const lives = await livesFrom('0.1.0')
  const [name] = await lives.disk.list('/checkpoint/events')
  const file = `/checkpoint/events/${name}`
  const bytes = Buffer.from(await lives.disk.readFile(file))
  bytes.writeUInt32LE(99, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(16, 4096), crc32(bytes.subarray(0, 12))), 12)
  await lives.disk.remove(file)
  const handle = await lives.disk.openAppend(file)
  await handle.append(bytes)
  await expect(lives.live(fixtureProgram(new Map()), () => undefined, { atMs: 4000 })).rejects.toMatchObject({
    code: 'MR_LOG_DAMAGED', message: expect.stringContaining('has format version 99'), hint: 'Run the version of Millrace that wrote it.',
  })
})
