/** saveTo: every batch in its sink exactly once, whatever fails and whenever the process dies. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SinkBatch, SinkPartition, StreamingContext, TransactionalSink } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'
import { Lives, numbered } from '../../support/lives'
import { withLog } from '../../support/logged'
import { failure, thrown } from '../../support/operator-cases'
import { emptyWorld, WorldSink, type Step, type World } from '../../support/sinks'
import { ProbeInput, quietly, withStreaming } from '../../support/streams'

interface Files { readonly aside: string, readonly final: string, readonly batch: SinkBatch }

/** Files, which tasks write wherever they run. */
class JsonFiles implements TransactionalSink<number, Files, string, readonly [Files, readonly string[]]> {
  constructor(private readonly folder: string, private readonly failing = -1) {}

  begin(batch: SinkBatch): Files {
    const aside = path.join(this.folder, `_aside-${batch.timeMs}`)
    fs.mkdirSync(aside, { recursive: true })
    return { aside, final: path.join(this.folder, String(batch.timeMs)), batch }
  }

  async write({ aside }: Files, { index, attemptId }: SinkPartition, elements: Iterable<number>): Promise<string> {
    const name = `${index}-${attemptId}`
    const lines: string[] = []
    for (const element of elements) {
      if (element === this.failing) throw new RangeError(`${element} cannot be written`)
      lines.push(JSON.stringify(element))
    }
    await fs.promises.writeFile(path.join(aside, name), lines.join('\n'))
    return name
  }

  prepare(files: Files, written: readonly string[]): readonly [Files, readonly string[]] { return [files, written] }

  commit([{ aside, final }, written]: readonly [Files, readonly string[]]): void {
    if (!fs.existsSync(aside)) return
    written.forEach((name, index) => fs.renameSync(path.join(aside, name), path.join(aside, `part-${index}`)))
    fs.renameSync(aside, final)
  }

  abort({ aside }: Files): void { fs.rmSync(aside, { recursive: true, force: true }) }
}

describe.each(masters)('saveTo on %s', master => {
  test('writes each partition where it is computed, and commits the batch whole, empty ones too', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      const { sparkContext: sc } = ssc
      ssc.queueStream([sc.parallelize([1, 2, 3, 4], 2), sc.parallelize([], 1)]).map(n => n * 10).saveTo(new JsonFiles(folder))
      await ssc.start()
      await runBatches(2)
      expect(listing(folder)).toEqual(['1000/', '1000/part-0', '1000/part-1', '2000/', '2000/part-0'])
      expect([0, 1].map(part => fs.readFileSync(path.join(folder, `1000/part-${part}`), 'utf8'))).toEqual(['10\n20', '30\n40'])
    }))
  })

  test('a write that fails makes the batch fail, names the line, and leaves nothing', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.queueStream([[1, 2], [3]]).saveTo(new JsonFiles(folder, 2))
      await ssc.start()
      await quietly(() => runBatches(2))
      expect(listing(folder).filter(name => !name.includes('part'))).toEqual(['2000/'])
      expect((await failure(ssc.awaitTermination())).message).toMatch(/saveTo at save-to\.spec\.ts:\d+.*2 cannot be written/)
    }))
  })

  test('a sink that writes on the driver gets all partitions in order, with their numbers', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const calls: unknown[] = []
      const sink = {
        writesOn: 'driver' as const,
        begin: ({ partitionCount, outputId, application, attempt }: SinkBatch) => { calls.push([partitionCount, outputId, application, attempt]) },
        write: (_: unknown, { index }: SinkPartition, elements: Iterable<number>) => { calls.push([index, ...elements]) },
        prepare: () => null, commit: () => { calls.push('commit') }, abort: () => undefined, stop: () => { calls.push('stop') },
      }
      ssc.queueStream([ssc.sparkContext.parallelize([1, 2, 3, 4, 5], 5)]).saveTo(sink)
      await ssc.start()
      await runBatches(1)
      await ssc.stop({ stopSparkContext: false })
      expect(calls).toEqual([[5, 'saveTo-0', 'spec', 0], [0, 1], [1, 2], [2, 3], [3, 4], [4, 5], 'commit', 'stop'])
    })
  })
})

test('what is no sink, and a sink that serves another output, is refused at the call', async () => {
  await withStreaming('local', async ({ ssc }) => {
    const input = ssc.queueStream([[1]])
    const sink = new WorldSink(emptyWorld())
    expect(thrown(() => input.saveTo('a file' as never)).message).toBe('saveTo: it takes a sink, got "a file"')
    expect(thrown(() => input.saveTo({ begin() {}, write() {} } as never)).message).toBe('saveTo: the sink has no prepare, no commit, no abort')
    expect(thrown(() => input.saveTo(Object.assign(new WorldSink(emptyWorld()), { writesOn: 'moon' }) as never)).message).toMatch(/writesOn must be 'task' or 'driver'/)
    expect(thrown(() => input.saveTo(sink, { uid: '' })).message).toBe('saveTo: its options are wrong: ""')
    input.saveTo(sink)
    expect(thrown(() => input.saveTo(sink))).toMatchObject({ message: 'saveTo: the sink serves another output already', at: expect.stringMatching(/^saveTo at save-to\.spec\.ts:\d+$/) })
  })
})

test('a sink that cannot travel is refused at the call on threads, with what to do', async () => {
  await withStreaming('local[2]', async ({ ssc }) => {
    const sink = Object.assign(new JsonFiles('/'), { connection: new Promise<void>(() => undefined) })
    expect(thrown(() => ssc.queueStream([[1]]).saveTo(sink))).toMatchObject({ name: 'TaskNotSerializableError', message: expect.stringMatching(/saveTo/) })
  })
})

describe('without a checkpoint folder', () => {
  test.each(['begin', 'write', 'prepare', 'commit'] as const)('%s that fails makes its batch fail, and the error says where', async step => {
    const world = emptyWorld()
    await withStreaming('local', async ({ ssc, runBatches }) => {
      new ProbeInput(ssc, timeMs => [timeMs]).saveTo(new WorldSink(world, (at, when, timeMs) => {
        if (at === step && when === 'before' && timeMs === 2000) throw new Error('the disk is full')
      }), { uid: 'rows' })
      await ssc.start()
      await quietly(() => runBatches(3))
      // Batches are committed in order: what could not be committed is waited for.
      expect([[...world.seen.keys()], [...world.staged.keys()]]).toEqual(step === 'commit' ? [[1000], [2000, 3000]] : [[1000, 3000], []])
      const error = await failure(ssc.awaitTermination())
      expect(error).toMatchObject({ at: expect.stringMatching(/^saveTo at save-to\.spec/), message: `The sink WorldSink of rows could not ${step} the batch at 2000 ms: the disk is full` })
    })
  })

  test('a commit that failed is tried again with the next batch, before it', async () => {
    const world = emptyWorld()
    let isAway = true
    await withStreaming('local', async ({ ssc, runBatches }) => {
      new ProbeInput(ssc, timeMs => [timeMs]).saveTo(new WorldSink(world, step => { if (step === 'commit' && isAway) throw new Error('away') }))
      await ssc.start()
      await quietly(() => runBatches(2))
      expect(world.seen.size).toBe(0)
      isAway = false
      await runBatches(1)
      expect([...world.seen]).toEqual([[1000, [1000]], [2000, [2000]], [3000, [3000]]])
    })
  })
})

/** Lives of one program with one sink, over a world that the spec keeps. */
function saving(world: World, on?: ConstructorParameters<typeof WorldSink>[1], more?: (ssc: StreamingContext) => void) {
  return (ssc: StreamingContext): void => {
    numbered(ssc).saveTo(new WorldSink(world, on))
    more?.(ssc)
  }
}

const upTo = (count: number): [number, number[]][] => Array.from({ length: count }, (_, i) => [(i + 1) * 1000, [i + 1]])
const sorted = ({ seen }: World): [number, unknown[]][] => [...seen].sort(([a], [b]) => a - b)

describe('a process that dies', () => {
  const steps: readonly Step[] = ['begin', 'write', 'prepare', 'commit']
  test.each(steps.flatMap(step => [[step, 'before'] as const, [step, 'after'] as const]))('at %s, %s it: the batch is there once', async (step, when) => {
    const lives = new Lives()
    const world = emptyWorld()
    let left: { directory: string, world: World } | undefined
    let killed: (() => Promise<string>) | undefined
    await lives.live(saving(world, async (at, on, timeMs) => {
      if (at === step && on === when && timeMs === 3000) left = { directory: await killed!(), world: structuredClone(world) }
    }), async life => {
      killed = life.killed
      await life.runBatches(5)
    })
    expect(sorted(world)).toEqual(upTo(5))
    expect(left!.world.seen.size).toBe(step === 'commit' && when === 'after' ? 3 : 2)
    await lives.live(saving(left!.world), ({ runBatches }) => runBatches(2), { directory: left!.directory, atMs: 3000 })
    expect(sorted(left!.world)).toEqual(upTo(5))
    expect(left!.world.staged.size).toBe(0)
  })
})

test('a batch whose commit failed is committed by the next life, or the start says why not', async () => {
  const lives = new Lives()
  const world = emptyWorld()
  let isAway = true
  const build = saving(world, step => { if (step === 'commit' && isAway) throw new Error('away') })
  await quietly(() => lives.live(build, ({ runBatches }) => runBatches(2)))
  expect(world.seen.size).toBe(0)
  const again = failure(lives.live(build, () => undefined, { atMs: 2000 }))
  expect((await again).message).toBe('The sink WorldSink of saveTo-0 could not commit the batch at 1000 ms: away')
  isAway = false
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 2000 })
  expect(sorted(world)).toEqual(upTo(3))
})

test('a batch that failed by another output is not written again by this one', async () => {
  const lives = new Lives()
  const world = emptyWorld()
  const written: number[] = []
  let isBroken = true
  const build = saving(world, (step, when, timeMs) => { if (step === 'write' && when === 'after') written.push(timeMs) }, ssc => {
    numbered(ssc).foreachRDD((_rdd, { milliseconds }) => { if (isBroken && milliseconds === 2000) throw new Error('broken') })
  })
  await quietly(() => lives.live(build, ({ runBatches }) => runBatches(3)))
  expect(sorted(world)).toEqual(upTo(3))
  isBroken = false
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 3000 })
  expect(sorted(world)).toEqual(upTo(4))
  expect([...new Set(written)]).toEqual([1000, 2000, 3000, 4000])
})

test('a program without the sink is refused while something is to be committed to it, and dropped when told so', async () => {
  const lives = new Lives()
  const away = saving(emptyWorld(), step => { if (step === 'commit') throw new Error('away') })
  await quietly(() => lives.live(away, ({ runBatches }) => runBatches(1)))
  const other = (ssc: StreamingContext): void => numbered(ssc).foreachRDD(() => undefined)
  await expect(lives.live(other, () => undefined, { atMs: 1000 })).rejects.toMatchObject({
    code: 'MR_CHECKPOINT', message: expect.stringContaining("the batch at 1000 ms is to be committed to the sink of 'saveTo-0'"), hint: expect.stringContaining("{ drop: ['saveTo-0'] }"),
  })
  await withLog(async lines => {
    await lives.live(other, ({ runBatches }) => runBatches(1), { atMs: 1000, recovery: { drop: ['saveTo-0'] } })
    expect(lines.join('\n')).toContain("The output of the batch at 1000 ms to the sink of 'saveTo-0' is dropped")
  })
  const world = emptyWorld()
  await lives.live(saving(world), ({ runBatches }) => runBatches(1), { atMs: 2000 })
  expect([...world.seen.keys()]).toEqual([3000])
})

test('an output is found by its uid when its place has changed, and one uid is of one output', async () => {
  const lives = new Lives()
  const first = emptyWorld()
  const second = emptyWorld()
  let isAway = true
  const on = (step: Step): void => { if (step === 'commit' && isAway) throw new Error('away') }
  const build = (order: readonly ['a' | 'b', World][]) => (ssc: StreamingContext): void => {
    for (const [uid, world] of order) numbered(ssc).saveTo(new WorldSink(world, on), { uid })
  }
  await quietly(() => lives.live(build([['a', first], ['b', second]]), ({ runBatches }) => runBatches(1)))
  isAway = false
  const world = [structuredClone(first), structuredClone(second)] as const
  world[1].staged.set(1000, ['b'])
  await lives.live(build([['b', world[1]], ['a', world[0]]]), ({ runBatches }) => runBatches(1), { atMs: 1000 })
  expect([sorted(world[0]), sorted(world[1])]).toEqual([upTo(2), [[1000, ['b']], [2000, [2]]]])
  await expect(lives.live(build([['a', first], ['a', second]]), () => undefined, { atMs: 2000 })).rejects.toThrow(/the uid 'a' names two outputs: saveTo at .* and saveTo at/)
})

test('a token that cannot be kept is refused, and the batch aborted', async () => {
  const lives = new Lives()
  const calls: string[] = []
  const sink = { writesOn: 'driver' as const, name: 'odd', begin: () => 1, write: () => 2, prepare: () => () => 3, commit: () => undefined, abort: () => { calls.push('abort') } }
  await quietly(() => lives.live(ssc => numbered(ssc).saveTo(sink), async ({ ssc, runBatches }) => {
    await runBatches(1)
    expect((await failure(ssc.awaitTermination())).message).toMatch(/^The sink odd of saveTo-0 could not give a token that can be kept for the batch at 1000 ms: /)
  }))
  expect(calls).toEqual(['abort'])
})

test('many batches settle: nothing of them is kept', async () => {
  const lives = new Lives()
  const world = emptyWorld()
  await lives.live(saving(world), ({ runBatches }) => runBatches(30))
  const starts: unknown[] = []
  const sink = Object.assign(new WorldSink(world), { start: (start: unknown) => { starts.push(start) } })
  await lives.live(ssc => numbered(ssc).saveTo(sink), () => undefined, { atMs: 30_000 })
  expect(starts).toEqual([{ application: 'lives', outputId: 'saveTo-0', isRecovered: true, prepared: [] }])
})
