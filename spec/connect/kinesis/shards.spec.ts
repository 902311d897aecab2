/** Which shards are read when, and how a batch that may not have all is shared among them. */
import * as fc from 'fast-check'
import { FetchAhead } from '../../../lib/connect/kinesis/ahead'
import { HeldRanges, type HeldRange } from '../../../lib/connect/kinesis/held-range'
import { fairShares } from '../../../lib/connect/kinesis/shares'
import { afterParents, firstShards, foundShards, goneShard, isNext, type Shard, type ShardPosition, type ShardState } from '../../../lib/connect/kinesis/shards'

const shard = (shardId: string, parents: string[] = [], isOpen = true): Shard => ({ shardId, parents, startingHashKey: '0', endingHashKey: '9', isOpen })
const state = (shardId: string, position: ShardPosition, parents: string[] = []): ShardState => ({ shardId, parents, startingHashKey: '0', endingHashKey: '9', position })
const byId = (states: ShardState[]): Map<string, ShardState> => new Map(states.map(each => [each.shardId, each]))
const ended: ShardPosition = { from: 'SHARD_END' }
const trim: ShardPosition = { from: 'TRIM_HORIZON' }

test('a first run reads all that is there, or with the latest what is open', () => {
  const listed = [shard('a', ['gone'], false), shard('b', ['a'])]
  expect(firstShards(listed, trim).map(({ position }) => position)).toEqual([trim, trim])
  expect(firstShards(listed, { from: 'LATEST' }).map(({ position }) => position.from)).toEqual(['SHARD_END', 'LATEST'])
})

test('a shard is next when all its parents that are known have ended', () => {
  const isReadable = (a: ShardPosition, b: ShardPosition): boolean => {
    const merged = state('c', trim, ['a', 'b', 'forgotten'])
    return isNext(merged, byId([state('a', a), state('b', b), merged]))
  }
  expect([isReadable(trim, trim), isReadable(ended, trim), isReadable(ended, ended)]).toEqual([false, false, true])
  expect(isNext(state('a', ended), new Map())).toBe(false)
})

test('a child knows from its parents what may be missing', () => {
  const known = byId([state('a', { ...ended, knownToMs: 7 }), state('b', { ...ended, knownToMs: 5 }), state('c', ended)])
  expect(afterParents(state('d', trim, ['a', 'b']), known)).toEqual({ ...trim, knownToMs: 5 })
  expect(afterParents(state('d', trim, ['c']), known)).toEqual(trim)
  expect(afterParents(state('d', { from: 'AT_TIMESTAMP', timestampMs: 1 }, ['a']), known)).toEqual({ from: 'AT_TIMESTAMP', timestampMs: 1 })
})

test('shards that come are found, and one that goes before its end is missed', () => {
  const known = byId([state('a', ended), state('b', trim)])
  expect(foundShards(known, [shard('a'), shard('b'), shard('c', ['a'])])).toEqual([state('c', trim, ['a'])])
  expect(goneShard(known.values(), [shard('b')])).toBeUndefined()
  expect(goneShard(known.values(), [shard('a')])?.shardId).toBe('b')
})

test('shares are even, whole, and no more than there is', () => {
  expect(fairShares([10, 0, 3, 10], 15)).toEqual([6, 0, 3, 6])
  expect(fairShares([5, 5], Number.POSITIVE_INFINITY)).toEqual([5, 5])
  fc.assert(fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 10 }), fc.integer({ min: 1, max: 200 }), (waiting, most) => {
    const shares = fairShares(waiting, most)
    const sum = shares.reduce((a, b) => a + b, 0)
    expect(sum).toBe(Math.min(most, waiting.reduce((a, b) => a + b, 0)))
    shares.forEach((share, i) => { expect(share).toBeLessThanOrEqual(waiting[i]!) })
  }))
})

test('who fetches waits while too much is held, and is woken when a batch has ended', async () => {
  const ahead = new FetchAhead(100)
  const first = await ahead.reserve(60)
  ahead.fetched(80)
  first()
  const second = await ahead.reserve(50)
  let isThere = false
  const third = ahead.reserve(1).then(release => {
    isThere = true
    return release
  })
  await Promise.resolve()
  expect([ahead.isFull, isThere]).toEqual([true, false])
  second()
  ;(await third)()
  ahead.fetched(30)
  expect(ahead.isFull).toBe(true)
  ahead.planned(110)
  expect(ahead.isFull).toBe(false)
  ahead.fetched(95)
  expect(ahead.isFull).toBe(true)
  ahead.released(110)
  expect(ahead.isFull).toBe(false)
})

test('the records of batches that have ended are kept while there is room, and what they were stays known', () => {
  const held = new HeldRanges(100)
  const range = (): HeldRange => ({ range: {} as never, shard: {} as never, frames: [new Uint8Array(60)] })
  const ranges = [1, 2, 3].map(range)
  ranges.forEach((each, i) => held.set(i, [each]))
  held.end(0)
  expect(ranges.map(({ frames }) => frames !== undefined)).toEqual([true, true, true])
  held.end(1)
  held.end(1)
  expect(ranges.map(({ frames }) => frames !== undefined)).toEqual([false, true, true])
  expect(held.of(0)).toEqual([ranges[0]])
  held.forget(2)
  expect([held.of(0), held.of(1), held.of(2)]).toEqual([undefined, undefined, [ranges[2]]])
  held.end(2)
  expect(ranges[2]!.frames).toBeDefined()
})
