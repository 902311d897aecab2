/** A program on a MemoryKafka in a folder, which dies again and again. */
import * as path from 'node:path'
import { MemoryKafka } from '../../lib/testing/index'
import { withFolder } from './folders'
import { expectEachOnce, liveNumbers, type LifeEnd, type NumbersOptions } from './kafka-lives'

/** Lets the program live and die so often, then to its end; returns how many records there are. */
export async function countedAfter(master: string, deaths: readonly LifeEnd[]): Promise<number> {
  return withFolder(async folder => {
    const options: NumbersOptions = { folder: path.join(folder, 'checkpoint'), kafkaFolder: path.join(folder, 'kafka'), master, input: 'in', output: 'out', batchMs: 50 }
    for (const death of deaths) {
      const { code, errors } = await liveNumbers(options, death)
      expect([death, code, errors]).toEqual([death, null, ''])
    }
    expect(await liveNumbers(options, { batches: 5 })).toMatchObject({ code: 0, errors: '' })
    const kafka = new MemoryKafka({ folder: path.join(folder, 'kafka') })
    try {
      const sent = await kafka.records('in')
      expect(sent.length).toBeGreaterThan(0)
      expectEachOnce(await kafka.records('out'), sent)
      expect(new Set(sent.map(({ value }) => value)).size).toBe(sent.length)
      return sent.length
    } finally { await kafka.close() }
  })
}
