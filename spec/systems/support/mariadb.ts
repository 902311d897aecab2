/** A MariaDB server of the machine's package, with its own data. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as net from 'node:net'
import * as path from 'node:path'
import { installed } from './installed'
import { System } from './system'

const texts = '/usr/share/mysql'

/** Starts a server, in about a second: the database `test`, and the user `test` with the password `test`, who may do everything. */
export function startMariaDB(): Promise<System> {
  const server = installed('mariadbd', ['/usr/sbin'], 'mariadb-server-core')
  return System.start({
    name: 'mariadb',
    ports: ['sql'],
    command({ folder, ports }) {
      const data = path.join(folder, 'data')
      const common = ['--no-defaults', `--user=${os.userInfo().username}`, `--datadir=${data}`, '--innodb-log-file-size=16M', '--innodb-buffer-pool-size=64M']
      if (!fs.existsSync(path.join(data, 'mysql'))) createData(server, common, data)
      const first = path.join(folder, 'first.sql')
      fs.writeFileSync(first, ['CREATE DATABASE IF NOT EXISTS test;', "CREATE USER IF NOT EXISTS test@'127.0.0.1' IDENTIFIED BY 'test';", "GRANT ALL ON *.* TO test@'127.0.0.1';", ''].join('\n'))
      return {
        command: server,
        args: [...common, '--bind-address=127.0.0.1', `--port=${ports.sql}`, `--socket=${folder}/sql.sock`, `--pid-file=${folder}/sql.pid`, '--skip-name-resolve', '--character-set-server=utf8mb4', `--init-file=${first}`],
      }
    },
    isReady: ({ ports }) => greets(ports.sql!),
  })
}

/** What mariadb-install-db does, which this package cannot run; one statement a line. */
function createData(server: string, common: readonly string[], data: string): void {
  fs.mkdirSync(data, { recursive: true })
  const files = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'].map(name => fs.readFileSync(path.join(texts, name), 'utf8'))
  const input = ['create database if not exists mysql;', 'use mysql;', 'set @auth_root_socket=NULL;', ...files].join('\n')
  const { status, stderr } = spawnSync(server, [...common, '--bootstrap'], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`MariaDB could not create its data:\n${stderr.slice(-2_000)}`)
}

/** Whether the server says something to who connects: it does so once it answers. */
function greets(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1')
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', () => end(true)).once('error', () => end(false)).once('close', () => end(false))
  })
}
