/**
 * Which frames of a state's log make up which version of which partition. Changes of versions follow one another; bases,
 * written slice by slice beside them, stand for all changes before their beginning.
 *
 *   log      1 whole | 2 | 3 | 4 s | 5 s | 6 s, base done | 7 | 8
 *   version 8 = the slices of the base that began at 4, then the changes of 5, 6, 7, 8
 *
 * A slice may hold values that are newer than its base's beginning, for the changes after it are applied again; but none
 * newer than the version that is asked for, so a base counts for versions from its end on.
 */

export type StateFrameHead =
  /** A part of what `version` changed in a partition. */
  | { readonly type: 'change', readonly run: number, readonly version: number, readonly partition: number, readonly isWhole: boolean }
  /** All changes of `version` are there. `changed` and `size` count entries. */
  | { readonly type: 'done', readonly run: number, readonly version: number, readonly partitions: number, readonly changed: number, readonly size: number }
  | { readonly type: 'slice', readonly run: number, readonly base: number, readonly partition: number }
  | { readonly type: 'baseDone', readonly run: number, readonly base: number, readonly version: number }
  /** A run goes on from `version`: what is newer is void. The state had begun, with nothing, at `beganMs`. */
  | { readonly type: 'resume', readonly run: number, readonly version: number | undefined, readonly beganMs?: number }

interface PartitionFrames { isWhole: boolean, readonly sequences: number[] }

interface Version {
  readonly version: number
  readonly partitions: Map<number, PartitionFrames>
  readonly firstSequence: number
  count: number
  changed: number
  size: number
}

interface Base {
  /** The version at which its writing began; changes after it are applied again. */
  readonly start: number
  end: number | undefined
  readonly slices: Map<number, number[]>
  readonly firstSequence: number
}

export class StateIndex {
  private versions: Version[] = []
  private bases: Base[] = []
  private open: Version | undefined
  /** Before the first version: the time at which there was nothing yet. Undefined in a log that is new. */
  beganMs: number | undefined

  /** The last version whose changes are all there. */
  get lastVersion(): number | undefined { return this.versions.at(-1)?.version }
  get partitionCount(): number { return this.versions.at(-1)?.count ?? 0 }
  get size(): number { return this.versions.at(-1)?.size ?? 0 }

  /** Entries that were changed since the last base began, or since everything was written. */
  get changedSinceBase(): number {
    const start = this.bases.at(-1)?.start ?? Number.NEGATIVE_INFINITY
    return this.versions.reduce((sum, { version, changed }) => version > start ? sum + changed : sum, 0)
  }

  apply(head: StateFrameHead, sequence: number): void {
    switch (head.type) {
      case 'change': {
        // What an earlier run wrote of a version and did not finish is void.
        if (this.open?.version !== head.version) this.open = { version: head.version, partitions: new Map(), firstSequence: sequence, count: 0, changed: 0, size: 0 }
        const frames = this.open.partitions.get(head.partition)
        if (frames === undefined) this.open.partitions.set(head.partition, { isWhole: head.isWhole, sequences: [sequence] })
        else frames.sequences.push(sequence)
        return
      }
      case 'done': {
        const { version, partitions: count, changed, size } = head
        const done = this.open?.version === version ? this.open : { version, partitions: new Map(), firstSequence: sequence }
        this.versions.push({ ...done, count, changed, size })
        this.open = undefined
        return
      }
      case 'slice': {
        let base = this.bases.find(({ start, end }) => start === head.base && end === undefined)
        if (base === undefined) this.bases.push(base = { start: head.base, end: undefined, slices: new Map(), firstSequence: sequence })
        const slices = base.slices.get(head.partition)
        if (slices === undefined) base.slices.set(head.partition, [sequence])
        else slices.push(sequence)
        return
      }
      case 'baseDone': {
        const base = this.bases.find(({ start, end }) => start === head.base && end === undefined)
        if (base !== undefined) base.end = head.version
        return
      }
      case 'resume':
        this.beganMs = head.beganMs ?? this.beganMs
        return this.resume(head.version ?? Number.NEGATIVE_INFINITY)
    }
  }

  private resume(version: number): void {
    this.open = undefined
    this.versions = this.versions.filter(one => one.version <= version)
    // A base that was not finished is never used: its slots belonged to tables that are gone.
    this.bases = this.bases.filter(({ end }) => end !== undefined && end <= version)
  }

  /** The latest complete version that is not after `version`. */
  versionAt(version: number): number | undefined { return this.versions.findLast(one => one.version <= version)?.version }

  /** The frames of a partition at a version that is there, in the order in which they are to be loaded. */
  sequencesOf(partition: number, version: number): number[] {
    const base = this.baseFor(version)
    const start = base?.start ?? Number.NEGATIVE_INFINITY
    const sequences = [...base?.slices.get(partition) ?? []]
    for (const one of this.versions) {
      if (one.version <= start || one.version > version) continue
      const frames = one.partitions.get(partition)
      if (frames === undefined) continue
      if (frames.isWhole) sequences.length = 0
      sequences.push(...frames.sequences)
    }
    return sequences
  }

  private baseFor(version: number): Base | undefined { return this.bases.findLast(({ end }) => end !== undefined && end <= version) }

  /** Forgets what only versions before `version` need; the first sequence that is needed still. */
  forgetBefore(version: number): number | undefined {
    const base = this.baseFor(version)
    if (base !== undefined) {
      this.bases = this.bases.filter(one => one.start >= base.start)
      this.versions = this.versions.filter(one => one.version > base.start)
    }
    const needed = [this.bases[0], this.versions[0], this.open].map(one => one?.firstSequence ?? Infinity)
    const first = Math.min(...needed)
    return first === Infinity ? undefined : first
  }
}
