/**
 * Systems that all spec files of a run share, for specs that only read and write what they name themselves (topics, tables, folders):
 * started when first asked for, ended with the process. Who kills or hangs a system starts one of its own.
 */
import { startCassandra } from './cassandra'
import { startHdfs } from './hdfs'
import { startKafka, type KafkaVersion } from './kafka'
import { startKinesalite } from './kinesalite'
import { startMariaDB } from './mariadb'
import { startMoto } from './moto'
import { startPostgres } from './postgres'

/** Where a shared system is. Plain data: the modules of the spec file that started it are gone. */
export interface SharedSystem {
  readonly port: number
  /** `127.0.0.1:PORT`. */
  readonly address: string
  readonly folder: string
}

export interface SharedHdfs extends SharedSystem {
  readonly rpcAddress: string
  /** For `hdfsTool`. */
  readonly settings: string
}

type Known = Map<string, Promise<SharedSystem>>

async function shared<S extends SharedSystem>(name: string, start: () => Promise<S>): Promise<S> {
  const key = Symbol.for('millrace.sharedSystems')
  const known = (globalThis as Record<symbol, unknown>)[key] as Known | undefined
  // Without the environment of these specs (support/environment.js), a system of one's own.
  if (known === undefined) return start()
  const starting = known.get(name) ?? start()
  known.set(name, starting)
  // A start that failed is no reason for the next not to try.
  starting.catch(() => known.delete(name))
  return await starting as S
}

const plain = ({ port, address, folder }: SharedSystem): SharedSystem => ({ port, address, folder })

export const sharedKafka = (version: KafkaVersion = '3.9.2'): Promise<SharedSystem> => shared(`kafka-${version}`, async () => plain(await startKafka({ version })))
export const sharedCassandra = (): Promise<SharedSystem> => shared('cassandra', async () => plain(await startCassandra()))
export const sharedMariaDB = (): Promise<SharedSystem> => shared('mariadb', async () => plain(await startMariaDB()))
export const sharedPostgres = (): Promise<SharedSystem> => shared('postgres', async () => plain(await startPostgres()))
export const sharedMoto = (): Promise<SharedSystem> => shared('moto', async () => plain(await startMoto()))
export const sharedKinesalite = (): Promise<SharedSystem> => shared('kinesalite', async () => plain(await startKinesalite()))

export const sharedHdfs = (): Promise<SharedHdfs> => shared('hdfs', async () => {
  const { nameNode, rpcAddress, settings } = await startHdfs()
  return { ...plain(nameNode), rpcAddress, settings }
})
