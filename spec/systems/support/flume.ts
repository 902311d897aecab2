/** A Flume agent: by default a netcat source, whose port is the system's, a memory channel and the sink that a spec asks for. */
import * as path from 'node:path'
import { jars } from './downloads'
import { java, javaArguments } from './java'
import { writeLogging } from './kafka'
import { accepts } from './ports'
import { System, writeProperties, type Place } from './system'

const version = '1.11.0'

export type AgentProperties = Record<string, string | number | boolean>

export interface FlumeOptions {
  /** Properties of the sink `k1`, e.g. `avroSink(port)`. */
  readonly sink: AgentProperties
  /** Properties of the source `r1` that differ from netcat's; it must listen on the port that it is given. */
  readonly source?: AgentProperties
  /** Properties of the channel `c1` that differ from the memory channel's. */
  readonly channel?: AgentProperties
  /** More lines of the agent `a1`, or other ones in the place of those above; may depend on the place. */
  readonly properties?: (place: Place) => AgentProperties
  /** The program and version whose jars the agent runs on. Default: Flume 1.11. */
  readonly libraries?: readonly [name: string, version: string]
}

/** An Avro sink that sends to a port of 127.0.0.1. */
export const avroSink = (port: number, more: AgentProperties = {}): AgentProperties =>
  ({ 'type': 'avro', 'hostname': '127.0.0.1', port, 'batch-size': 100, ...more })

/** Starts an agent, in about a second. Lines that are written to its port go to the sink. */
export async function startFlume({ sink, source = {}, channel = {}, properties = () => ({}), libraries: wanted = ['flume', version] }: FlumeOptions): Promise<System> {
  const libraries = await jars(...wanted)
  return System.start({
    name: 'flume',
    ports: ['source'],
    command(place) {
      const file = path.join(place.folder, 'flume.conf')
      writeProperties(file, {
        'a1.sources': 'r1', 'a1.channels': 'c1', 'a1.sinks': 'k1',
        ...below('a1.channels.c1', { type: 'memory', capacity: 100_000, transactionCapacity: 1_000, ...channel }),
        ...below('a1.sources.r1', {
          'type': 'netcat', 'bind': '127.0.0.1', 'port': place.ports.source!, 'ack-every-event': false, 'max-line-length': 65_536,
          'channels': 'c1', 'interceptors': 'i1', 'interceptors.i1.type': 'timestamp', ...source,
        }),
        ...below('a1.sinks.k1', { channel: 'c1', ...sink }),
        ...properties(place),
      })
      const logging = path.join(place.folder, 'log4j.properties')
      writeLogging(logging)
      const args = ['--name', 'a1', '--conf-file', file, '--no-reload-conf']
      return {
        command: java(),
        args: javaArguments({ jars: libraries, main: 'org.apache.flume.node.Application', args }, '-XX:TieredStopAtLevel=1', `-Dlog4j.configuration=file:${logging}`),
      }
    },
    isReady: ({ ports }) => accepts(ports.source!),
  })
}

const below = (prefix: string, properties: AgentProperties): AgentProperties =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [`${prefix}.${name}`, value]))
