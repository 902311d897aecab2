/** A Kafka broker, controller and all in one JVM, whose data outlives kill -9 and whose restart takes seconds. */
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { jars } from './downloads'
import { java, javaArguments, runJava } from './java'
import { accepts } from './ports'
import { System, writeProperties, type Place } from './system'

export type KafkaVersion = '3.9.2' | '4.3.1'
export type BrokerProperties = Record<string, string | number | boolean>

export interface KafkaOptions {
  /** Default '3.9.2'. */
  readonly version?: KafkaVersion
  /** Broker properties that differ from those here, e.g. `{ 'log.retention.check.interval.ms': 200 }`; may depend on the ports. */
  readonly properties?: BrokerProperties | ((place: Place) => BrokerProperties)
}

/** Starts a broker, in 2 to 8 seconds. Topics are made when first named unless `auto.create.topics.enable` says otherwise. */
export async function startKafka({ version = '3.9.2', properties = {} }: KafkaOptions = {}): Promise<System> {
  const libraries = await jars('kafka', version)
  return System.start({
    name: `kafka-${version}`,
    // The third is for a listener of the specs' own: `properties` may use it.
    ports: ['broker', 'controller', 'direct'],
    command(place) {
      const { folder } = place
      const own = typeof properties === 'function' ? properties(place) : properties
      writeProperties(path.join(folder, 'server.properties'), { ...defaults(place), ...own })
      writeIdentity(path.join(folder, 'data'))
      const logging = path.join(folder, 'log4j.properties')
      writeLogging(logging)
      const options = [`-Dlog4j.configuration=file:${logging}`, '-Dlog4j2.disable.jmx=true', '-Dlog4j2.StatusLogger.level=OFF']
      const args = [path.join(folder, 'server.properties')]
      return { command: java(), args: javaArguments({ jars: libraries, main: 'kafka.Kafka', args, heapMb: 512 }, ...options) }
    },
    isReady: ({ ports }) => accepts(ports.broker!),
  })
}

/** Runs one of Kafka's own Java tools, e.g. `runKafkaTool('3.9.2', 'org.apache.kafka.tools.consumer.ConsoleConsumer', [...])`. */
export async function runKafkaTool(version: KafkaVersion, main: string, args: readonly string[]): Promise<string> {
  return runJava({ jars: await jars('kafka', version), main, args })
}

function defaults({ folder, ports: { broker, controller } }: Place): BrokerProperties {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'listeners': `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A restart after kill -9 waits until the broker that was is given up: 12 seconds by default.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 400,
    // Else records with old event times are deleted half a minute after the start.
    'log.retention.ms': -1,
  }
}

/** What `kafka-storage.sh format` writes; by hand it saves a start of Java. */
function writeIdentity(folder: string): void {
  const file = path.join(folder, 'meta.properties')
  if (fs.existsSync(file)) return
  fs.mkdirSync(folder, { recursive: true })
  const id = (): string => randomBytes(16).toString('base64url').replaceAll('-', 'a')
  writeProperties(file, { 'version': 1, 'cluster.id': id(), 'node.id': 1, 'directory.id': id() })
}

/** Warnings and errors to standard output, as log4j 1 reads it. */
export function writeLogging(file: string): void {
  writeProperties(file, {
    'log4j.rootLogger': 'WARN, out',
    'log4j.appender.out': 'org.apache.log4j.ConsoleAppender',
    'log4j.appender.out.layout': 'org.apache.log4j.PatternLayout',
    'log4j.appender.out.layout.ConversionPattern': '%d %p %c %m%n',
  })
}
