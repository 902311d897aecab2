/** postgresSink and mysqlSink keep the contract of sinks on real databases, also when the network between them goes away. */
import { sinkContract, type SinkPlace } from '../../../lib/testing/index'
import { FaultProxy } from '../support'
import { databases, freshTable, type Asked } from './databases'

describe.each(databases)('$name', database => {
  let asked: Asked
  let proxy: FaultProxy

  beforeAll(async () => {
    const { port } = await database.shared()
    asked = await database.connect(port)
    proxy = await FaultProxy.start(port)
  })

  afterAll(async () => {
    await asked.close()
    await proxy.close()
  })

  async function open(): Promise<SinkPlace> {
    const table = freshTable('contract')
    const url = asked.url.replace(/:\d+\//, `:${proxy.port}/`)
    const isThere = `SELECT count(*) FROM information_schema.tables WHERE table_name = '${table}'`
    return {
      sink: () => database.sink({ url, table, columns: { record: database.text }, retryMs: 1_000, connectTimeoutMs: 1_000 }),
      read: async () => Number((await asked.ask(isThere))[0]![0]) === 0 ? [] : (await asked.ask(`SELECT record FROM ${table}`)).map(([record]) => String(record)),
      leftBehind: async () => (await asked.ask("SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%staged%'")).map(([name]) => String(name)),
      breakDown: () => proxy.refuse(),
      repair: () => proxy.heal(),
      close: () => {},
    }
  }

  for (const { name, run, timeoutMs } of sinkContract({ open, canShare: true, elementOf: record => [record] })) test(name, run, timeoutMs)
})
