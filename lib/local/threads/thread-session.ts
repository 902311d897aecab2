/**
 * What a thread knows of the context that it works for: the functions, the values and the executor. When the context
 * ends all of it is dropped at once, so that the thread may work for the next. Functions are rebuilt when they are first
 * used, and the broadcast values and accumulators that they refer to are found here.
 */
import { rebuildFunction } from '../../closure/rebuild'
import { Executor } from './executor'
import type { FromThread, ThreadStart, ToThread } from './protocol'
import { ThreadValues } from './thread-values'

export class ThreadSession {
  private readonly bytesOf = new Map<number, Uint8Array>()
  private readonly functions = new Map<number, Function>()
  private readonly values = new ThreadValues()
  private readonly executor: Executor
  /** Tasks run one after another, also when one of them awaits something. */
  private work: Promise<void> = Promise.resolve()

  constructor(settings: ThreadStart, answer: (message: FromThread, transfer?: ArrayBuffer[]) => void) {
    this.executor = new Executor({ functionOf: id => this.functionOf(id), settings, answer })
  }

  private functionOf(id: number): Function {
    let f = this.functions.get(id)
    if (f === undefined) {
      f = rebuildFunction(this.bytesOf.get(id)!, { resolve: (kind, reference) => this.values.resolve(kind, reference) })
      this.functions.set(id, f)
    }
    return f
  }

  receive(message: ToThread): void {
    switch (message.type) {
      case 'functions':
        for (const [id, bytes] of message.functions) this.bytesOf.set(id, bytes)
        break
      case 'values':
        for (const [kind, id, bytes] of message.values) this.values.put(kind, id, bytes)
        break
      case 'program':
        this.executor.addProgram(message.program)
        break
      case 'task':
        this.work = this.work.then(() => this.executor.run(message))
        break
      case 'readBlock':
        this.executor.readBlock(message.requestId, message.rddId, message.partition)
        break
      case 'drop':
        this.executor.drop(message.rddId)
        break
      case 'forgetStates':
        this.work = this.work.then(() => this.executor.states.forgetBefore(message.store, message.beforeVersion))
        break
      case 'dropState':
        this.work = this.work.then(() => this.executor.states.drop(message.store))
        break
      case 'forget':
        for (const id of message.functions) {
          this.functions.delete(id)
          this.bytesOf.delete(id)
        }
    }
  }

  end(): void { this.executor.end() }
}
