/**
 * What cannot travel, and what to do instead. A refusal names the value as a reader would (`a Socket`) and gives advice;
 * where it was found is added by whoever walks there.
 */
import { types } from 'node:util'

export class Refusal extends Error {
  constructor(readonly what: string, readonly advice: string) { super(what) }
}

const openThere = 'Open it inside mapPartitions, or pass what is needed to open it.'
const makeThere = 'Make it inside the function, or inside mapPartitions once for a partition.'

/** Advice by the name of the class, or of one that it extends. */
const adviceByClass: Record<string, string> = {
  Socket: openThere, Server: openThere, Stream: openThere, FileHandle: openThere, ReadStream: openThere, WriteStream: openThere,
  Interface: openThere, ClientRequest: openThere, IncomingMessage: openThere, ServerResponse: openThere, Agent: openThere,
  MessagePort: openThere, BroadcastChannel: openThere, ReadableStream: openThere, WritableStream: openThere, Dir: openThere,
  TransformStream: openThere, Worker: 'Threads belong to the driver. Do its work inside the function.',
  ChildProcess: 'Start the process inside mapPartitions, or use pipe.',
  AbortController: 'Pass whether to stop as a broadcast value, or cancel the job by its group.',
  AbortSignal: 'Pass whether to stop as a broadcast value, or cancel the job by its group.',
  Timeout: 'Start and clear timers inside the function.', Immediate: 'Start and clear timers inside the function.',
  Module: 'Use require inside the function, or import what is needed.',
  EventEmitter: 'Pass the data that it announces, or an accumulator to count with.',
}

const wrong: readonly (readonly [test: (value: any) => boolean, what: string, advice: string])[] = [
  [types.isPromise, 'a Promise', 'Await it first and capture its value.'],
  [types.isWeakMap, 'a WeakMap', 'Use a Map, or make it inside the function.'],
  [types.isWeakSet, 'a WeakSet', 'Use a Set, or make it inside the function.'],
  [types.isSharedArrayBuffer, 'a SharedArrayBuffer',
    'Threads and hosts share no memory: copy the bytes, broadcast them, or use an accumulator.'],
  [types.isGeneratorObject, 'a generator that was started', 'Pass an array of its values, or the generator function itself.'],
  [types.isMapIterator, 'a Map iterator', 'Pass an array of its values.'],
  [types.isSetIterator, 'a Set iterator', 'Pass an array of its values.'],
  [types.isKeyObject, 'a KeyObject', 'Export the key as bytes and make it again inside the function.'],
  [types.isCryptoKey, 'a CryptoKey', 'Export the key as bytes and make it again inside the function.'],
  [types.isExternal, 'a pointer of a native addon', makeThere],
]

/** Refuses the kinds of objects whose content cannot be read. */
export function refuseByKind(value: object): void {
  for (const [test, what, advice] of wrong) if (test(value)) throw new Refusal(what, advice)
}

export function refuseProxy(): never {
  throw new Refusal('a Proxy', 'Pass the object behind it: what a proxy does cannot be read.')
}

export function refuseSymbol(value: symbol): never {
  throw new Refusal(`the symbol ${String(value)}`, 'Use Symbol.for(...): another symbol is a different one in every thread.')
}

export function refuseClassOfNode(names: readonly string[]): never {
  const advice = names.map(name => adviceByClass[name]).find(text => text !== undefined) ?? makeThere
  throw new Refusal(withArticle(names[0]!), advice)
}

export function refuseNative(f: Function): never {
  const name = f.name === '' ? 'a native function without a name' : `${f.name}, a native function`
  throw new Refusal(name, 'Call it inside an arrow function, where what it belongs to can be named.')
}

export function refuseNodeFunction(f: Function): never {
  throw new Refusal(`${f.name === '' ? 'a function' : `${f.name}, a function`} of Node's own`,
    'Import the module that it comes from, and call it inside the function.')
}

export function refusePrivate(className: string): never {
  throw new Refusal(`${withArticle(className)}, whose #private fields cannot be read`,
    'Make it inside the function from plain data, or keep the fields without #.')
}

export function refusePrivateStatic(className: string): never {
  throw new Refusal(`class ${className}, whose static #private fields cannot be read`,
    'Move the class to a module of its own and export it, or keep the fields without #.')
}

export function refuseCode(what: string, advice: string): never { throw new Refusal(what, advice) }

export function refuseTooLarge(bytesMax: number): never {
  throw new Refusal(`more than the ${bytesMax.toLocaleString('en')} bytes that travel with a function (closureBytesMax)`,
    'Broadcast it: const shared = sc.broadcast(value), and use shared.value in the function.')
}

/** A reason given by the object itself, as `a SparkContext` or `a SparkContext: use it outside of functions`. */
export function refuseAsMarked(reason: string): never {
  const colon = reason.indexOf(': ')
  const what = colon === -1 ? reason : reason.slice(0, colon)
  const usualAdvice = 'It lives in the driver: use it outside of the functions that are given to operators.'
  const advice = colon === -1 ? usualAdvice : reason.slice(colon + 2)
  throw new Refusal(what, advice)
}

export function withArticle(name: string): string { return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}` }
