/**
 * A sample of the keys of each partition: at most `size` of them, every key with the same chance, and how
 * many there were. The seed is the partition's index, so that the same data gives the same sample in every
 * run.
 */
import { Random } from '../../base/random'
import { defineSink } from '../plan'
import { requirePair } from './combining-map'

export interface KeySample {
  readonly keys: readonly unknown[]
  /** How many keys the partition holds. */
  readonly count: number
}

/** Keeps `size` of the keys that pass (a reservoir). */
class KeySampler {
  private readonly keys: unknown[] = []
  private readonly random: Random
  private count = 0

  constructor(private readonly size: number, partition: number) { this.random = new Random(partition) }

  add(pair: unknown): void {
    requirePair(pair, 'sortByKey')
    const place = this.count < this.size ? this.count : this.random.nextInt(this.count + 1)
    if (place < this.size) this.keys[place] = pair[0]
    this.count++
  }

  result(): KeySample { return { keys: this.keys, count: this.count } }
}

const samplerOf = (size: number, partition: number): KeySampler => new KeySampler(size, partition)

export const sampleKeysSink = defineSink<{ size: number }>('sampleKeys', (loop, { size }) => ({
  before: `const sampler = ${loop.constant(samplerOf)}(${loop.constant(size)}, partition)`,
  each: pair => `sampler.add(${pair})`,
  after: 'return sampler.result()',
}))
