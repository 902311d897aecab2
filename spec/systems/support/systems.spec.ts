/** Every system starts, answers, keeps its data through kill -9 and a restart, and is gone with its folder at the end. */
import * as fs from 'node:fs'
import { CreateStreamCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { Client as CassandraClient } from 'cassandra-driver'
import { Kafka, logLevel } from 'kafkajs'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { eventually } from '../../support/eventually'
import * as systems from './index'
import { accepts } from './ports'

/** Starts a system, runs `before`, kills and restarts it, runs `after`, and sees that nothing is left. */
async function survives(start: () => Promise<systems.System>, before: (system: systems.System) => Promise<unknown>, after: (system: systems.System) => Promise<unknown>): Promise<void> {
  const system = await start()
  try {
    await before(system)
    const { pid } = system
    await system.kill()
    expect(system.isRunning).toBe(false)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    await system.restart()
    await after(system)
    await system.stop()
    expect(await accepts(system.port)).toBe(false)
  } finally { await system.close() }
  expect(fs.existsSync(system.folder)).toBe(false)
}

test.each(['3.9.2', '4.3.1'] as const)('Kafka %s', async version => {
  const admin = async (system: systems.System): Promise<string[]> => {
    const client = new Kafka({ brokers: [system.address], logLevel: logLevel.NOTHING }).admin()
    await client.connect()
    try {
      await client.createTopics({ topics: [{ topic: 'kept' }], waitForLeaders: true })
      return await client.listTopics()
    } finally { await client.disconnect() }
  }
  await survives(() => systems.startKafka({ version }), admin, async system => expect(await eventually(() => admin(system))).toContain('kept'))
})

test('HDFS', async () => {
  const hdfs = await systems.startHdfs()
  try {
    await hdfs.tool('-mkdir', '/kept')
    await hdfs.nameNode.kill()
    await hdfs.nameNode.restart()
    expect(await hdfs.tool('-ls', '/')).toContain('/kept')
  } finally { await hdfs.close() }
})

test('Flume', () => survives(() => systems.startFlume({ sink: { type: 'null' } }), async () => {}, async system => expect(await accepts(system.port)).toBe(true)))

test('Cassandra', async () => {
  const query = async (system: systems.System, ...texts: string[]): Promise<unknown> => {
    const client = new CassandraClient({ contactPoints: [system.address], localDataCenter: 'datacenter1' })
    await client.connect()
    try {
      let rows: unknown
      for (const text of texts) ({ rows } = await client.execute(text))
      return rows
    } finally { await client.shutdown() }
  }
  await survives(systems.startCassandra,
    system => query(system, "create keyspace k with replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", 'create table k.t (id int primary key)', 'insert into k.t (id) values (7)'),
    async system => expect(await query(system, 'select id from k.t')).toEqual([expect.objectContaining({ id: 7 })]))
})

test('MariaDB', async () => {
  const query = async (system: systems.System, text: string): Promise<unknown> => {
    const connection = await createConnection({ host: '127.0.0.1', port: system.port, user: 'test', password: 'test', database: 'test', multipleStatements: true })
    try { return (await connection.query(text))[0] } finally { await connection.end() }
  }
  await survives(systems.startMariaDB, system => query(system, 'create table t (id int); insert into t values (7)'),
    async system => expect(await query(system, 'select id from t')).toEqual([{ id: 7 }]))
})

test('PostgreSQL', async () => {
  const query = async (system: systems.System, text: string): Promise<unknown> => {
    const client = new Client({ host: '127.0.0.1', port: system.port, user: 'postgres' })
    await client.connect()
    try { return (await client.query(text)).rows } finally { await client.end() }
  }
  await survives(() => systems.startPostgres(), system => query(system, 'create table t (id int); insert into t values (7)'),
    async system => expect(await query(system, 'select id from t')).toEqual([{ id: 7 }]))
})

test('Moto', () => survives(systems.startMoto, async () => {}, async system => expect((await fetch(`http://${system.address}/moto-api/`)).ok).toBe(true)))

test('Kinesalite', async () => {
  const call = async <R>(system: systems.System, f: (client: KinesisClient) => Promise<R>): Promise<R> => {
    const client = new KinesisClient({ endpoint: `http://${system.address}`, region: 'eu-west-1', credentials: systems.motoCredentials, requestHandler: new NodeHttpHandler() })
    try { return await f(client) } finally { client.destroy() }
  }
  await survives(systems.startKinesalite, system => call(system, client => client.send(new CreateStreamCommand({ StreamName: 'kept', ShardCount: 1 }))),
    async system => expect((await call(system, client => client.send(new ListStreamsCommand({})))).StreamNames).toEqual(['kept']))
})
