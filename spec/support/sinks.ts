/** A sink over a world that outlives the program, as a database does; plain data, so that a spec can copy it at any moment. */
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../lib/index'

export interface World {
  /** What is written and not seen. */
  readonly staged: Map<number, unknown[]>
  /** What readers see. */
  readonly seen: Map<number, unknown[]>
}

export function emptyWorld(): World { return { staged: new Map(), seen: new Map() } }

export type Step = 'start' | 'begin' | 'write' | 'prepare' | 'commit' | 'abort' | 'stop'

interface Token { readonly timeMs: number }

/** Keeps to what a transactional sink promises. `on` is called before and after each step and may throw: then the step fails. */
export class WorldSink implements TransactionalSink<unknown, Token, number, Token> {
  readonly writesOn = 'driver'

  constructor(
    private readonly world: World, private readonly on: (step: Step, when: 'before' | 'after', timeMs: number) => void | Promise<void> = () => undefined,
  ) {}

  private async step<R>(step: Step, timeMs: number, f: () => R): Promise<R> {
    await this.on(step, 'before', timeMs)
    const result = f()
    await this.on(step, 'after', timeMs)
    return result
  }

  start({ prepared }: SinkStart<Token>): Promise<void> {
    const kept = new Set(prepared.map(({ timeMs }) => timeMs))
    return this.step('start', 0, () => {
      for (const timeMs of this.world.staged.keys()) if (!kept.has(timeMs)) this.world.staged.delete(timeMs)
    })
  }

  begin({ timeMs }: SinkBatch): Promise<Token> {
    return this.step('begin', timeMs, () => {
      this.world.staged.set(timeMs, [])
      return { timeMs }
    })
  }

  write({ timeMs }: Token, _partition: SinkPartition, elements: Iterable<unknown>): Promise<number> {
    const all = [...elements]
    return this.step('write', timeMs, () => {
      this.world.staged.get(timeMs)!.push(...all)
      return all.length
    })
  }

  prepare({ timeMs }: Token, written: readonly number[]): Promise<Token> {
    return this.step('prepare', timeMs, () => {
      const count = written.reduce((a, b) => a + b, 0)
      if (this.world.staged.get(timeMs)!.length !== count) throw new Error(`${count} were written, there are others`)
      return { timeMs }
    })
  }

  commit({ timeMs }: Token): Promise<void> {
    return this.step('commit', timeMs, () => {
      const rows = this.world.staged.get(timeMs)
      if (rows === undefined) {
        if (!this.world.seen.has(timeMs)) throw new Error(`there is nothing of ${timeMs} to commit`)
        return
      }
      this.world.seen.set(timeMs, [...this.world.seen.get(timeMs) ?? [], ...rows])
      this.world.staged.delete(timeMs)
    })
  }

  abort({ timeMs }: Token): Promise<void> { return this.step('abort', timeMs, () => { this.world.staged.delete(timeMs) }) }
  stop(): Promise<void> { return this.step('stop', 0, () => undefined) }
}
