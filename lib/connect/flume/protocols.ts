/** The two protocols that Flume and Spark's sink for it speak, as Avro describes them. */
import { createHash } from 'node:crypto'

export interface AvroProtocol {
  /** The description, as the other side may ask for it. */
  readonly text: string
  /** The MD5 of `text`, by which each side knows the other's. */
  readonly hash: Buffer
}

const event = (name: string): object => ({
  type: 'record', name, fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }],
})

/** What a Flume agent's Avro sink calls. */
export const avroSourceProtocol = protocol({
  protocol: 'AvroSourceProtocol', namespace: 'org.apache.flume.source.avro',
  types: [{ type: 'enum', name: 'Status', symbols: ['OK', 'FAILED', 'UNKNOWN'] }, event('AvroFlumeEvent')],
  messages: {
    append: { request: [{ name: 'event', type: 'AvroFlumeEvent' }], response: 'Status' },
    appendBatch: { request: [{ name: 'events', type: { type: 'array', items: 'AvroFlumeEvent' } }], response: 'Status' },
  },
})

/** What Spark's own sink, org.apache.spark.streaming.flume.sink.SparkSink, answers. */
export const sparkFlumeProtocol = protocol({
  protocol: 'SparkFlumeProtocol', namespace: 'org.apache.spark.streaming.flume.sink',
  types: [event('SparkSinkEvent'), {
    type: 'record', name: 'EventBatch', fields: [
      { name: 'errorMsg', type: 'string', default: '' }, { name: 'sequenceNumber', type: 'string' },
      { name: 'events', type: { type: 'array', items: 'SparkSinkEvent' } },
    ],
  }],
  messages: {
    getEventBatch: { request: [{ name: 'n', type: 'int' }], response: 'EventBatch' },
    ack: { request: [{ name: 'sequenceNumber', type: 'string' }], response: 'null' },
    nack: { request: [{ name: 'sequenceNumber', type: 'string' }], response: 'null' },
  },
})

function protocol(description: object): AvroProtocol {
  const text = JSON.stringify(description)
  return { text, hash: createHash('md5').update(text, 'utf8').digest() }
}

/** What a stranger's protocol lacks to be `wanted`: a message or type that is missing or another. Undefined: nothing. */
export function whatIsOther(text: string, wanted: AvroProtocol): string | undefined {
  let given: any
  try { given = JSON.parse(text) } catch { return 'its protocol is no JSON' }
  const { messages, types } = JSON.parse(wanted.text)
  for (const name of Object.keys(messages)) {
    const found = given?.messages?.[name]
    if (found !== undefined && shape(found, given) !== shape(messages[name], { types })) return `its message ${name} is another`
  }
  return Object.keys(messages).some(name => given?.messages?.[name] !== undefined) ? undefined : `its protocol ${String(given?.protocol).slice(0, 80)} is another`
}

/** The types of a message without what does not change its bytes: documentation, defaults, namespaces, Java's kinds of strings. */
function shape({ request, response }: any, { types }: any): string {
  const named = new Map<string, any>(Array.isArray(types) ? types.map((type: any) => [lastOf(type?.name), type]) : [])
  const of = (type: any, depth: number): unknown => {
    if (depth > 10) return 'deep'
    if (typeof type === 'string') return named.has(lastOf(type)) ? of(named.get(lastOf(type)), depth + 1) : type
    if (Array.isArray(type)) return type.map(each => of(each, depth + 1))
    switch (type?.type) {
      case 'record': return (type.fields ?? []).map((field: any) => of(field?.type, depth + 1))
      case 'enum': return [...type.symbols ?? []]
      case 'map': return { map: of(type.values, depth + 1) }
      case 'array': return { array: of(type.items, depth + 1) }
      default: return of(type?.type ?? 'none', depth + 1)
    }
  }
  return JSON.stringify([(Array.isArray(request) ? request : []).map((field: any) => of(field?.type, 0)), of(response, 0)])
}

function lastOf(name: unknown): string { return String(name).split('.').at(-1)! }
