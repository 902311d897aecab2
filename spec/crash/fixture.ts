/**
 * R17: checkpoint folders of released versions, as they were left by a process that was killed. Each holds the states of
 * this program after four batches. `writeFixture` makes one: for a new format version, beside the old ones, never over them.
 */
import { copyTree } from '../../lib/disk/copy-tree'
import type { Disk } from '../../lib/disk/disk'
import { Seconds, StateSpec, type State, type StreamingContext } from '../../lib/index'
import { Lives } from '../support/lives'
import { ProbeInput } from '../support/streams'

export const fixtureBatches = 4

/** What the program gives at the batch of second n. */
export const fixtureResult = (n: number): unknown => {
  const sum = n * (n + 1) / 2
  return [['updated', sum], ['mapped', { sum, at: new Date(n * 1000) }], ['window', n + Math.max(0, n - 1) + Math.max(0, n - 2)]]
}

export function fixtureProgram(results: Map<number, unknown>) {
  return (ssc: StreamingContext): void => {
    const pairs = new ProbeInput<[string, number]>(ssc, timeMs => [['k', timeMs / 1000]])
    const note = (name: string, value: unknown, timeMs: number): void => {
      const at = timeMs / 1000
      results.set(at, [...(results.get(at) as unknown[] | undefined ?? []), [name, value]])
    }
    const only = async (rdd: { collect(): Promise<[string, unknown][]> }): Promise<unknown> => (await rdd.collect())[0]![1]
    pairs.updateStateByKey((values: number[], sum: number | undefined) => values.reduce((a, b) => a + b, sum ?? 0), 2).uid('updated')
      .foreachRDD(async (rdd, time) => note('updated', await only(rdd as never), time.milliseconds))
    pairs.mapWithState(StateSpec.timedFunction((time, key: string, value: number | undefined, state: State<{ sum: number, at: Date }>) => {
      state.update({ sum: (state.getOption()?.sum ?? 0) + value!, at: new Date(time.milliseconds) })
      return [key, state.get()] as [string, unknown]
    }).numPartitions(2).timeout(Seconds(60))).uid('mapped').checkpoint(Seconds(2))
      .foreachRDD(async (rdd, time) => note('mapped', await only(rdd as never), time.milliseconds))
    pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1), 2)
      .foreachRDD(async (rdd, time) => note('window', await only(rdd as never), time.milliseconds))
  }
}

/** Copies a folder from one disk to another. */
export async function copyBetween(from: Disk, source: string, to: Disk, target: string): Promise<void> {
  if ((await from.stat(source))!.isDirectory) {
    await to.makeDirectory(target)
    for (const name of await from.list(source)) await copyBetween(from, `${source}/${name}`, to, `${target}/${name}`)
    return
  }
  const handle = await to.openAppend(target)
  await handle.append(await from.readFile(source))
  await handle.close()
}

/** Makes the folder of this version in `target` of `disk`. */
export async function writeFixture(disk: Disk, target: string): Promise<void> {
  const lives = new Lives()
  await lives.live(fixtureProgram(new Map()), async ({ runBatches }) => {
    await runBatches(fixtureBatches)
    await copyTree(lives.disk, '/checkpoint', '/left')
  })
  await lives.disk.remove('/left/lock')
  await copyBetween(lives.disk, '/left', disk, target)
}
