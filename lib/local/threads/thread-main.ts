/**
 * The entry of a thread: connects the messages to the executor. Functions are rebuilt when they are first used, and the
 * broadcast values and accumulators that they refer to are found here.
 */
import { parentPort, workerData } from 'node:worker_threads'
import '../../rdd/catalogue'
import '../../streaming/catalogue'
import '../../connect/catalogue'
import { rebuildFunction } from '../../closure/rebuild'
import { Executor } from './executor'
import type { FromThread, ThreadStart, ToThread } from './protocol'
import { ThreadValues } from './thread-values'

const port = parentPort!
const bytesOf = new Map<number, Uint8Array>()
const functions = new Map<number, Function>()
const values = new ThreadValues()

function functionOf(id: number): Function {
  let f = functions.get(id)
  if (f === undefined) {
    f = rebuildFunction(bytesOf.get(id)!, { resolve: (kind, reference) => values.resolve(kind, reference) })
    functions.set(id, f)
  }
  return f
}

const executor = new Executor({
  functionOf,
  settings: workerData as ThreadStart,
  answer: (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer),
})

// Tasks run one after another, also when one of them awaits something.
let work: Promise<void> = Promise.resolve()

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'functions':
      for (const [id, bytes] of message.functions) bytesOf.set(id, bytes)
      break
    case 'values':
      for (const [kind, id, bytes] of message.values) values.put(kind, id, bytes)
      break
    case 'program':
      executor.addProgram(message.program)
      break
    case 'task':
      work = work.then(() => executor.run(message))
      break
    case 'readBlock':
      executor.readBlock(message.requestId, message.rddId, message.partition)
      break
    case 'drop':
      executor.drop(message.rddId)
      break
    case 'forget':
      for (const id of message.functions) {
        functions.delete(id)
        bytesOf.delete(id)
      }
      break
    case 'stop':
      process.exit(0)
  }
})

port.postMessage({ type: 'ready' } satisfies FromThread)
