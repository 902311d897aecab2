/** One Cassandra node. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { jars } from './downloads'
import { java, javaArguments } from './java'
import { accepts } from './ports'
import { System, type Place } from './system'

const version = '5.0.9'
const heapMb = 512

/** Starts a node, in 5 to 10 seconds; it takes 900 MB. Its data center is `datacenter1`. */
export async function startCassandra(): Promise<System> {
  const libraries = await jars('cassandra', version)
  return System.start({
    name: 'cassandra',
    ports: ['cql', 'storage', 'management'],
    readyWithinMs: 120_000,
    command(place) {
      const settings = path.join(place.folder, 'conf')
      fs.mkdirSync(settings, { recursive: true })
      writeSettings(place, settings)
      const options = [
        `-Xms${heapMb}m`, '-Xss512k', '-XX:TieredStopAtLevel=1', '-XX:MaxDirectMemorySize=256m', ...opened,
        '-Djdk.attach.allowAttachSelf=true', '-Dio.netty.tryReflectionSetAccessible=true',
        `-Dcassandra.config=file://${settings}/cassandra.yaml`, `-Dcassandra.storagedir=${place.folder}`, `-Dlogback.configurationFile=file:${settings}/logback.xml`,
        '-Dcassandra.ring_delay_ms=100', '-Dcassandra.skip_wait_for_gossip_to_settle=0', '-Dcassandra.superuser_setup_delay_ms=0',
        '-Dcassandra.available_processors=2', '-Dcassandra-foreground=yes', `-Dcassandra.jmx.local.port=${place.ports.management}`,
      ]
      return { command: java(), args: javaArguments({ jars: libraries, settings, main: 'org.apache.cassandra.service.CassandraDaemon', heapMb }, ...options) }
    },
    isReady: ({ ports }) => accepts(ports.cql!),
  })
}

function writeSettings({ folder, ports }: Place, settings: string): void {
  fs.writeFileSync(path.join(settings, 'cassandra.yaml'), `cluster_name: specs
num_tokens: 1
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
listen_address: 127.0.0.1
rpc_address: 127.0.0.1
native_transport_port: ${ports.cql}
storage_port: ${ports.storage}
seed_provider: [{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{seeds: "127.0.0.1:${ports.storage}"}]}]
endpoint_snitch: SimpleSnitch
commitlog_sync: batch
commitlog_segment_size: 8MiB
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
data_file_directories: [${folder}/data]
commitlog_directory: ${folder}/commitlog
saved_caches_directory: ${folder}/saved
hints_directory: ${folder}/hints
cdc_raw_directory: ${folder}/cdc
auto_snapshot: false
concurrent_reads: 8
concurrent_writes: 8
`)
  const pattern = '<encoder><pattern>%d %p %c{0} %m%n</pattern></encoder>'
  const appender = `<appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">${pattern}</appender>`
  fs.writeFileSync(path.join(settings, 'logback.xml'), `<configuration>${appender}<root level="WARN"><appender-ref ref="OUT"/></root></configuration>\n`)
}

/** What the node reaches into: packages of Java that are closed by default. */
const opened = [
  ...['java.lang.module', 'java.nio', 'java.net', 'java.util', 'java.util.concurrent', 'java.util.concurrent.atomic', 'java.lang', 'java.io',
    'java.lang.reflect', 'java.math', 'java.time', 'jdk.internal.ref', 'jdk.internal.reflect', 'jdk.internal.loader', 'jdk.internal.math',
    'jdk.internal.module', 'jdk.internal.util.jar', 'jdk.internal.misc', 'sun.nio.ch']
    .flatMap(name => ['--add-opens', `java.base/${name}=ALL-UNNAMED`, '--add-exports', `java.base/${name}=ALL-UNNAMED`]),
  ...['java.management.rmi/com.sun.jmx.remote.internal.rmi', 'java.rmi/sun.rmi.registry', 'java.rmi/sun.rmi.server', 'java.rmi/sun.rmi.transport.tcp',
    'java.sql/java.sql', 'jdk.unsupported/sun.misc', 'jdk.attach/sun.tools.attach'].flatMap(name => ['--add-exports', `${name}=ALL-UNNAMED`]),
  ...['jdk.compiler/com.sun.tools.javac', 'jdk.management/com.sun.management.internal'].flatMap(name => ['--add-opens', `${name}=ALL-UNNAMED`]),
]
