/**
 * A disk that loses power, after the method of SQLite's crash tests. What was written but not synced is
 * pending: reads see it, a crash decides about it. It may be there, be missing, be cut at a sector, be zeros
 * or be garbage, each write for itself; names (created, renamed, removed) may be there or not until their
 * folder is synced, a rename whole or not at all. Bytes that were synced never change, not even in a sector
 * that is written to again.
 */
import { IllegalArgumentError } from '../base/errors'
import { Random } from '../base/random'
import { DiskError } from './disk'
import { MemoryDisk, type AttemptDetails } from './memory-disk'
import { MemoryFile, MemoryFolder, type EntryChange, type MemoryNode } from './memory-node'

const sectorBytes = 512

/** A write, or a change of length, that the device may or may not have done. */
interface PendingWrite {
  readonly offset: number
  /** Undefined cuts the file at `offset`. */
  readonly bytes: Buffer | undefined
  /** A failed sync takes its writes out of every later one: the system holds them for written. */
  isForgotten: boolean
}

interface FileState {
  /** What is on the device for certain. */
  durable: Buffer
  pending: PendingWrite[]
}

export class CrashingDisk extends MemoryDisk {
  private count = 0
  private haltsAt = Infinity
  private isHalting = false
  private isHalted = false
  private crashes = 0
  private readonly failures = new Map<number, string>()
  private readonly files = new Map<MemoryFile, FileState>()
  private readonly durableEntries = new Map<MemoryFolder, Map<string, MemoryNode>>()
  private pendingEntries: (readonly EntryChange[])[] = []

  /** How many operations were tried so far. */
  get operationCount(): number { return this.count }

  /** True from the power failure until crash(). */
  get isWithoutPower(): boolean { return this.isHalted }

  /**
   * The power fails during the n-th operation from now (1 is the next): it and all later ones throw until
   * crash().
   */
  haltAt(n: number): void { this.haltsAt = this.count + n }

  /** The n-th operation from now (1 is the next) fails with `errno`; a write does half of its work before. */
  failAt(n: number, errno: string): void {
    if (n < 1) throw new IllegalArgumentError(`operations are counted from 1, but got ${n}`)
    this.failures.set(this.count + n, errno)
  }

  /**
   * Takes the power away and brings it back: every pending write and name gets its fate, drawn from `seed`.
   * Handles opened before are dead; what is found afterwards is durable.
   */
  crash(seed: number): void {
    const random = new Random(seed)
    this.crashNames(random)
    for (const [file, { durable, pending }] of this.files) {
      const after = new MemoryFile(file.modifiedMs)
      after.write(0, durable)
      // Many devices write in order; those that do not are the hard case. Both must be lived with.
      const isInOrder = random.nextInt(2) === 0
      const done = random.nextInt(pending.length + 1)
      for (const [index, write] of pending.entries()) {
        if (!isInOrder) settle(after, write, random)
        else if (index < done) keep(after, write)
        else if (index === done) settle(after, write, random)
      }
      file.bytes = after.bytes
      file.sizeBytes = after.sizeBytes
      this.files.set(file, { durable: Buffer.from(after.content), pending: [] })
    }
    this.isHalted = false
    this.haltsAt = Infinity
    this.failures.clear()
    this.crashes++
  }

  protected override get generation(): number { return this.crashes }

  protected override attempt<T>(operation: string, path: string, effect: () => T, details?: AttemptDetails): T {
    if (this.isHalted) throw new DiskError(operation, path, 'EIO', new Error('the power failed'))
    if (details !== undefined && details.generation !== this.crashes) {
      throw new DiskError(operation, path, 'EBADF', new Error('the handle is from before the crash'))
    }
    this.count++
    const errno = this.failures.get(this.count)
    if (errno !== undefined) {
      details?.partly?.()
      throw new DiskError(operation, path, errno)
    }
    if (this.count < this.haltsAt) return effect()
    // The operation reaches the device, but nobody knows how far: all it does stays pending.
    this.isHalting = true
    try { effect() } finally {
      this.isHalting = false
      this.isHalted = true
    }
    throw new DiskError(operation, path, 'EIO', new Error('the power failed'))
  }

  protected override wrote(file: MemoryFile, offset: number, bytes: Buffer): void {
    this.stateOf(file).pending.push({ offset, bytes, isForgotten: false })
  }

  protected override resized(file: MemoryFile, sizeBytes: number): void {
    this.stateOf(file).pending.push({ offset: sizeBytes, bytes: undefined, isForgotten: false })
  }

  protected override synced(file: MemoryFile): void {
    if (this.isHalting) return
    const state = this.stateOf(file)
    const after = new MemoryFile(0)
    after.write(0, state.durable)
    for (const write of state.pending) if (!write.isForgotten) keep(after, write)
    this.files.set(file, { durable: Buffer.from(after.content), pending: state.pending.filter(write => write.isForgotten) })
  }

  protected override syncFailed(file: MemoryFile): void {
    for (const write of this.stateOf(file).pending) write.isForgotten = true
  }

  protected override changed(changes: readonly EntryChange[]): void { this.pendingEntries.push(changes) }

  protected override syncedFolder(folder: MemoryFolder): void {
    if (this.isHalting) return
    const isSettled = this.withEarlier(changes => changes.some(change => change.folder === folder))
    this.pendingEntries = this.pendingEntries.filter((changes, index) => {
      if (isSettled[index]!) this.applyNames(changes)
      return !isSettled[index]!
    })
  }

  private stateOf(file: MemoryFile): FileState {
    let state = this.files.get(file)
    if (state === undefined) this.files.set(file, state = { durable: Buffer.alloc(0), pending: [] })
    return state
  }

  private namesOf(folder: MemoryFolder): Map<string, MemoryNode> {
    let names = this.durableEntries.get(folder)
    if (names === undefined) this.durableEntries.set(folder, names = new Map())
    return names
  }

  private applyNames(changes: readonly EntryChange[]): void {
    for (const { folder, name, node } of changes) {
      if (node === undefined) this.namesOf(folder).delete(name)
      else this.namesOf(folder).set(name, node)
    }
  }

  /**
   * Which pending changes of names are chosen, with every earlier one of a name that a chosen one changes
   * too.
   */
  private withEarlier(choose: (changes: readonly EntryChange[], index: number) => boolean): boolean[] {
    const chosen: boolean[] = []
    const touched = new Map<MemoryFolder, Set<string>>()
    for (let index = this.pendingEntries.length - 1; index >= 0; index--) {
      const changes = this.pendingEntries[index]!
      const isChosen = choose(changes, index) || changes.some(({ folder, name }) => touched.get(folder)?.has(name) === true)
      chosen[index] = isChosen
      if (!isChosen) continue
      for (const { folder, name } of changes) {
        if (!touched.has(folder)) touched.set(folder, new Set())
        touched.get(folder)!.add(name)
      }
    }
    return chosen
  }

  private crashNames(random: Random): void {
    const isInOrder = random.nextInt(2) === 0
    const done = random.nextInt(this.pendingEntries.length + 1)
    const isKept = this.withEarlier((_, index) => isInOrder ? index < done : random.nextInt(2) === 0)
    this.pendingEntries.forEach((changes, index) => { if (isKept[index]!) this.applyNames(changes) })
    this.pendingEntries = []
    this.restoreNames(this.root)
  }

  private restoreNames(folder: MemoryFolder): void {
    folder.entries.clear()
    for (const [name, node] of this.namesOf(folder)) {
      folder.entries.set(name, node)
      if (node instanceof MemoryFolder) this.restoreNames(node)
    }
  }
}

function keep(file: MemoryFile, { offset, bytes }: PendingWrite): void {
  if (bytes === undefined) file.resize(offset)
  else file.write(offset, bytes)
}

/**
 * One write's fate: kept, missing, cut at a sector, its length without its bytes, or garbage in one of its
 * sectors.
 */
function settle(file: MemoryFile, write: PendingWrite, random: Random): void {
  const { offset, bytes } = write
  const fate = random.nextInt(6)
  if (fate === 0) return
  if (fate <= 2 || bytes === undefined || bytes.length === 0) return keep(file, write)
  const sectors = Math.floor((offset + bytes.length - 1) / sectorBytes) - Math.floor(offset / sectorBytes) + 1
  const sector = random.nextInt(sectors)
  const start = Math.max(0, (Math.floor(offset / sectorBytes) + sector) * sectorBytes - offset)
  if (fate === 3) return keep(file, { ...write, bytes: bytes.subarray(0, start) })
  if (fate === 4) return keep(file, { ...write, bytes: Buffer.alloc(bytes.length) })
  const garbled = Buffer.from(bytes)
  for (let i = start; i < Math.min(start + sectorBytes, bytes.length); i++) garbled[i] = random.nextInt(256)
  keep(file, { ...write, bytes: garbled })
}
