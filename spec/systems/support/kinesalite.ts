/** Kinesalite: Kinesis of Amazon's interface as a process of its own, whose data outlives a restart. */
import * as path from 'node:path'
import { accepts } from './ports'
import { System } from './system'

const program = path.join(__dirname, '..', 'programs', 'kinesalite.js')

/** Starts it, in a fraction of a second. The endpoint is `http://ADDRESS`; clients must speak HTTP/1.1 (NodeHttpHandler). */
export function startKinesalite(): Promise<System> {
  return System.start({
    name: 'kinesalite',
    ports: ['http'],
    command: ({ folder, ports }) => ({ command: process.execPath, args: [program, String(ports.http), path.join(folder, 'data')] }),
    isReady: ({ ports }) => accepts(ports.http!),
  })
}
