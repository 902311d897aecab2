/** A PostgreSQL server of the machine's package, with its own data. It refuses root, so root starts it as the user postgres. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { installed } from './installed'
import { System } from './system'
import type { Command } from './program'

const versions = '/usr/lib/postgresql'

export interface PostgresOptions {
  /** Settings that differ from those here, e.g. `{ max_connections: 20 }`. */
  readonly settings?: Record<string, string | number>
}

/** Starts a server, in about a second: the database and the user `postgres`, no password. */
export function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<System> {
  const folders = fs.existsSync(versions) ? fs.readdirSync(versions).sort((a, b) => Number(b) - Number(a)).map(each => path.join(versions, each, 'bin')) : []
  const bin = path.dirname(installed('initdb', folders, 'postgresql'))
  return System.start({
    name: 'postgres',
    ports: ['sql'],
    command({ folder, ports }) {
      const data = path.join(folder, 'data')
      if (!fs.existsSync(data)) createData(bin, folder, data)
      const all = { fsync: 'off', shared_buffers: '32MB', wal_level: 'logical', max_prepared_transactions: 20, unix_socket_directories: folder, listen_addresses: '127.0.0.1', port: ports.sql!, ...settings }
      return asPostgres(path.join(bin, 'postgres'), ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    },
    isReady: async ({ ports }) => spawnSync(path.join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(ports.sql)]).status === 0,
  })
}

function createData(bin: string, folder: string, data: string): void {
  const { command, args } = asPostgres(path.join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'])
  if (command === 'setpriv') spawnSync('chown', ['postgres', folder])
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder })
  if (status !== 0) throw new Error(`PostgreSQL could not create its data:\n${stderr}`)
}

function asPostgres(command: string, args: readonly string[]): Command {
  if (process.getuid?.() !== 0) return { command, args }
  return { command: 'setpriv', args: ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args] }
}
