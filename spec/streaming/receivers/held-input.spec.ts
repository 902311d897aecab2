import fc from 'fast-check'
import { limits } from '../../../lib/base/limits'
import type { Block } from '../../../lib/streaming/receivers/block'
import { HeldInput } from '../../../lib/streaming/receivers/held-input'

const text = (bytes: number): Block => ({ kind: 'text', text: new Uint8Array(0), records: 1, bytes })
const values = (records: number): Block => ({ kind: 'values', values: new Array<number>(records), records, bytes: 8 * records })

test('full when one batch\'s worth waits; once that is in a batch, when two are held', () => {
  const held = new HeldInput(1_000)
  const half = text(limits.receiverBytesMax / 2)
  held.hold(half)
  expect(held.isFull).toBe(false)
  held.hold(half)
  expect(held.isFull).toBe(true)
  held.allocate()
  expect(held.isFull).toBe(false)
  held.hold(half)
  held.allocate()
  held.hold(half)
  expect(held.isFull).toBe(true)
  held.release(half)
  expect(held.isFull).toBe(false)
})

test('records count as bytes do, of text only the bytes', () => {
  const held = new HeldInput(100)
  held.hold(values(limits.receiverRecordsMax - 1))
  held.hold({ ...text(10), records: 5_000_000 } as Block)
  expect(held.isFull).toBe(false)
  held.gather('one more')
  expect(held.isFull).toBe(true)
})

test('a long batch interval may hold more, up to half of what is refused', () => {
  const held = new HeldInput(2_000)
  held.hold(text(2 * limits.receiverBytesMax - 1))
  expect(held.isFull).toBe(false)
  const longer = new HeldInput(3_600_000)
  longer.hold(text(limits.receiverUnawaitedBytesMax / 4))
  expect(longer.isFull).toBe(true)
})

test('large elements are measured, each of them', () => {
  const held = new HeldInput(1_000)
  const large = 'x'.repeat(1024 * 1024)
  const fitting = limits.receiverBytesMax / (1024 * 1024) - 1
  for (let i = 0; i < fitting; i++) held.gather(i % 2 === 0 ? large : { large })
  expect(held.isFull).toBe(false)
  held.gather(large)
  expect(held.isFull).toBe(true)
})

test('refused are only bytes or records beyond the last limit, which is named', () => {
  const held = new HeldInput(1_000)
  held.hold(text(limits.receiverUnawaitedBytesMax - 1))
  expect(held.refusal).toBeUndefined()
  held.hold(text(1))
  expect(held.refusal).toMatchObject({ code: 'MR_LIMIT', message: expect.stringContaining('(receiverUnawaitedBytesMax)') })
})

test('whatever was held and released, nothing is left and nothing is owed', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constant('allocate'), fc.constant('release'))), steps => {
    const held = new HeldInput(1_000)
    const waiting: Block[] = []
    const allocated: Block[] = []
    const allocate = (): void => {
      held.allocate()
      allocated.push(...waiting.splice(0))
    }
    for (const step of steps) {
      if (typeof step === 'number') {
        const block = step % 2 === 0 ? text(step * 100) : values(step)
        held.hold(block)
        waiting.push(block)
      } else if (step === 'allocate') allocate()
      else for (const block of allocated.splice(0, 1)) held.release(block)
      const sum = (blocks: readonly Block[]): number => blocks.reduce((bytes, block) => bytes + block.bytes, 0)
      const records = (blocks: readonly Block[]): number => blocks.reduce((count, block) => count + (block.kind === 'values' ? block.values.length : 0), 0)
      expect(held.isFull).toBe(sum(waiting) >= limits.receiverBytesMax || sum([...waiting, ...allocated]) >= 2 * limits.receiverBytesMax
        || records(waiting) >= limits.receiverRecordsMax || records([...waiting, ...allocated]) >= 2 * limits.receiverRecordsMax)
    }
    allocate()
    for (const block of allocated) held.release(block)
    held.hold(text(limits.receiverBytesMax - 1))
    expect(held.isFull).toBe(false)
  }))
})
