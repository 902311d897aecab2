/** Random failures of a sink's steps and deaths between them: in the end every batch that could be written is there once. */
import * as fc from 'fast-check'
import { Random } from '../../../lib/base/random'
import { withLog } from '../../support/logged'
import { Lives, numbered } from '../../support/lives'
import { emptyWorld, WorldSink, type World } from '../../support/sinks'

const livesMax = 4

/** Runs lives that fail and die at random, then one that does neither; gives the world. */
async function survived(seed: number, failures: number, deaths: number): Promise<{ readonly world: World, readonly batches: number }> {
  const random = new Random(seed)
  const lives = new Lives()
  let world = emptyWorld()
  let directory = '/checkpoint'
  let atMs = 0
  for (let life = 0; life <= livesMax; life++) {
    const isLast = life === livesMax
    let left: { readonly directory: string, readonly world: World, readonly atMs: number } | undefined
    let killed: (() => Promise<string>) | undefined
    let nowMs = (): number => atMs
    const mine = world
    const sink = (): WorldSink => new WorldSink(mine, async step => {
      if (isLast) return
      // The copy is what a process that dies here leaves; what goes on is of no consequence.
      if (left === undefined && killed !== undefined && random.next() < deaths) {
        left = { directory: await killed(), world: structuredClone(mine), atMs: nowMs() }
      }
      if (step !== 'start' && step !== 'stop' && random.next() < failures) throw new Error('at random')
    })
    const build = lives.live(ssc => { numbered(ssc).saveTo(sink()) }, async running => {
      killed = running.killed
      nowMs = () => running.clock.now()
      await running.runBatches(isLast ? 2 : 5)
      left ??= { directory: await running.killed(), world: structuredClone(mine), atMs: nowMs() }
    }, { directory, atMs })
    // A start that cannot commit is refused, and tried again by the next life.
    await build.catch(() => undefined)
    if (left !== undefined) ({ directory, world, atMs } = left)
  }
  return { world, batches: atMs / 1000 }
}

test('each batch is in the sink exactly once', async () => {
  await withLog(() => fc.assert(fc.asyncProperty(
    fc.nat(), fc.constantFrom(0, 0.05, 0.3), fc.constantFrom(0, 0.03, 0.1),
    async (seed, failures, deaths) => {
      const { world, batches } = await survived(seed, failures, deaths)
      expect(batches).toBeGreaterThanOrEqual(2)
      expect([...world.seen].sort(([a], [b]) => a - b)).toEqual(Array.from({ length: batches }, (_, i) => [(i + 1) * 1000, [i + 1]]))
      expect(world.staged.size).toBe(0)
    },
  ), { numRuns: 25 }))
})
