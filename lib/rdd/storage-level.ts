/** Where the blocks of a persisted RDD or DStream are kept. Replication above 1 is accepted and has no effect in one process. */
import { IllegalArgumentError } from '../base/errors'

/** Counterpart: org.apache.spark.storage.StorageLevel. */
export class StorageLevel {
  constructor(
    readonly useDisk: boolean,
    readonly useMemory: boolean,
    readonly useOffHeap: boolean,
    readonly deserialized: boolean,
    readonly replication = 1,
  ) {
    if (!(replication < 40)) throw new IllegalArgumentError('Replication restricted to be less than 40 for calculating hash codes')
  }

  static readonly NONE = new StorageLevel(false, false, false, false)
  static readonly DISK_ONLY = new StorageLevel(true, false, false, false)
  static readonly DISK_ONLY_2 = new StorageLevel(true, false, false, false, 2)
  static readonly DISK_ONLY_3 = new StorageLevel(true, false, false, false, 3)
  static readonly MEMORY_ONLY = new StorageLevel(false, true, false, true)
  static readonly MEMORY_ONLY_2 = new StorageLevel(false, true, false, true, 2)
  static readonly MEMORY_ONLY_SER = new StorageLevel(false, true, false, false)
  static readonly MEMORY_ONLY_SER_2 = new StorageLevel(false, true, false, false, 2)
  static readonly MEMORY_AND_DISK = new StorageLevel(true, true, false, true)
  static readonly MEMORY_AND_DISK_2 = new StorageLevel(true, true, false, true, 2)
  static readonly MEMORY_AND_DISK_SER = new StorageLevel(true, true, false, false)
  static readonly MEMORY_AND_DISK_SER_2 = new StorageLevel(true, true, false, false, 2)
  static readonly OFF_HEAP = new StorageLevel(true, true, true, false)

  /** The level of that name. Throws IllegalArgumentError for another name. */
  static fromString(name: string): StorageLevel {
    const level = Object.hasOwn(StorageLevel, name) ? (StorageLevel as any)[name] : undefined
    if (level instanceof StorageLevel) return level
    throw new IllegalArgumentError(`Invalid StorageLevel: ${name}`, {
      hint: `The levels are ${StorageLevel.names().join(', ')}.`,
    })
  }

  private static names(): string[] {
    return Object.keys(StorageLevel).filter(key => (StorageLevel as any)[key] instanceof StorageLevel)
  }

  get isValid(): boolean { return (this.useMemory || this.useDisk) && this.replication > 0 }

  equals(other: StorageLevel): boolean {
    return this.useDisk === other.useDisk && this.useMemory === other.useMemory && this.useOffHeap === other.useOffHeap
      && this.deserialized === other.deserialized && this.replication === other.replication
  }

  toString(): string {
    const name = StorageLevel.names().find(key => ((StorageLevel as any)[key] as StorageLevel).equals(this))
    return name ?? `StorageLevel(${this.description}, ${this.replication} replicas)`
  }

  /** As in `toDebugString`: `Memory Deserialized 1x Replicated`. */
  get description(): string {
    const places = [this.useDisk ? 'Disk' : '', this.useMemory ? 'Memory' : '', this.useOffHeap ? 'Off-heap' : ''].filter(Boolean)
    return `${places.join(' ')} ${this.deserialized ? 'Deserialized' : 'Serialized'} ${this.replication}x Replicated`
  }
}
