/** The Java that systems run on: of 17 to 21, which all of them take; and Java programs of theirs, run to their end. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { output } from './downloads'

const oldest = 17
const newest = 21
const machines = '/usr/lib/jvm'
const install = 'apt-get install openjdk-17-jdk-headless'

let found: string | undefined

/** The path of a `java` of a version that all systems take: that of JAVA_HOME, of PATH, or one of /usr/lib/jvm. */
export function java(): string {
  found ??= candidates().find(isRight)
  if (found === undefined) throw new Error(`there is no Java ${oldest} to ${newest}: ${install}, or set JAVA_HOME`)
  return found
}

function candidates(): string[] {
  const home = process.env.JAVA_HOME
  const installed = fs.existsSync(machines) ? fs.readdirSync(machines).sort().map(name => path.join(machines, name, 'bin', 'java')) : []
  return [...home === undefined ? [] : [path.join(home, 'bin', 'java')], 'java', ...installed]
}

function isRight(command: string): boolean {
  const { stderr } = spawnSync(command, ['-XshowSettings:properties', '-version'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  const version = Number(/java\.specification\.version = (\d+)/.exec(stderr ?? '')?.[1])
  return version >= oldest && version <= newest
}

export interface JavaProgram {
  /** Folders of jars (as of `jars`), and folders of settings or classes before them. */
  readonly jars: string
  readonly settings?: string
  /** A class of the jars, or the path of a .java file. */
  readonly main: string
  readonly args?: readonly string[]
  readonly heapMb?: number
}

/** Runs a Java program, e.g. Hadoop's or Kafka's own tools, to its end and returns what it printed to standard output. */
export function runJava(program: JavaProgram): Promise<string> {
  return output(java(), javaArguments(program), install)
}

/** What follows `java`. */
export function javaArguments({ jars, settings, main, args = [], heapMb = 256 }: JavaProgram, ...options: string[]): string[] {
  const classPath = [...settings === undefined ? [] : [settings], `${jars}/*`].join(':')
  return [`-Xmx${heapMb}m`, '-XX:+UseSerialGC', ...options, '-cp', classPath, main, ...args]
}
