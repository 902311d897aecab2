/** A small part of each fault test, and every seed that once found something. `npm run crash` runs all of it. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { killAtPoints, killAtRandom } from './kill'
import { damages, diskCrashes, diskRefusals, simulations, type Outcome } from './lanes'

const seeds = path.join(__dirname, 'seeds')
const found = fs.readdirSync(seeds).flatMap(name => JSON.parse(fs.readFileSync(path.join(seeds, name), 'utf8')) as { test: string, seed: number, found: string }[])

const again: Record<string, (seed: number) => Promise<Outcome>> = {
  disk: seed => diskCrashes(1, seed), refusals: seed => diskRefusals(1, seed), damage: seed => damages(100, seed), sim: seed => simulations(1, seed),
}

test.each(found)('$test of seed $seed: $found', async ({ test: name, seed }) => {
  expect((await again[name]!(seed)).problems).toEqual([])
})

test('R1: a program that is killed at random times gives what it gives unkilled', async () => {
  expect(await killAtRandom(2, 11)).toEqual([])
})

test('R2: and one that is killed at named points', async () => {
  const wanted = new Set(['batch.allocated', 'batch.statesKept', 'batch.ended', 'log.appended'])
  expect(await killAtPoints(wanted, 4, 4)).toEqual([])
  expect([...wanted]).toEqual([])
})

test('R3: crashes of the disk lose nothing', async () => {
  expect(await diskCrashes(100, 1_000)).toMatchObject({ problems: [] })
})

test('R4: damage is refused, or recovered from, and never a wrong value', async () => {
  expect(await damages(300, 1_000)).toMatchObject({ problems: [] })
})

test('R5: what the disk refuses ends the program, and the next life is exact', async () => {
  expect(await diskRefusals(30, 1_000)).toMatchObject({ problems: [] })
})

test('R6: all faults together, twice with one trace', async () => {
  expect(await simulations(6, 1_000)).toMatchObject({ problems: [] })
})
