/** The outside systems that specs start, each on loopback, and what stands between them and the specs. */
export { startCassandra } from './cassandra'
export { FaultProxy, type Direction } from './fault-proxy'
export { avroSink, startFlume, type FlumeOptions } from './flume'
export { hdfsTool, startHdfs, type Hdfs, type HdfsOptions } from './hdfs'
export { runJava, type JavaProgram } from './java'
export { runKafkaTool, startKafka, type KafkaOptions, type KafkaVersion } from './kafka'
export { startKinesalite } from './kinesalite'
export { startMariaDB } from './mariadb'
export { motoCredentials, startMoto } from './moto'
export { startPostgres, type PostgresOptions } from './postgres'
export { freePorts } from './ports'
export {
  sharedCassandra, sharedHdfs, sharedKafka, sharedKinesalite, sharedMariaDB, sharedMoto, sharedPostgres, type SharedHdfs, type SharedSystem,
} from './shared'
export type { System } from './system'
