/** What the specs of the framed log share: logs in memory, their files as bytes, and what a log holds. */
import { CrashingDisk } from '../../lib/disk/crashing-disk'
import type { Disk } from '../../lib/disk/disk'
import { FramedLog, type LogOptions } from '../../lib/disk/framed-log'
import { MemoryDisk } from '../../lib/disk/memory-disk'

export const directory = '/log'
export const applicationId = 'spec'

export function openLog(disk: Disk, options: LogOptions = {}): Promise<FramedLog> {
  return FramedLog.open(disk, directory, { applicationId, ...options })
}

/** The payload of the n-th entry of a spec. */
export function payloadOf(n: number, length = 5 + n % 40): Buffer {
  return Buffer.alloc(length, `${n}-`)
}

/** The entries as `kind:payload` texts. */
export async function entriesOf(log: FramedLog): Promise<string[]> {
  const entries: string[] = []
  for await (const { kind, payload } of log.frames()) entries.push(`${kind}:${Buffer.from(payload).toString('latin1')}`)
  return entries
}

export function entryText(n: number, length?: number): string { return `1:${payloadOf(n, length).toString('latin1')}` }

/**
 * A log with `count` entries, each committed by itself. `isClosed` false leaves it as a killed process does.
 */
export async function written(disk: Disk, count: number, options: LogOptions & { isClosed?: boolean } = {}): Promise<string[]> {
  const log = await openLog(disk, options)
  const entries: string[] = []
  for (let n = 0; n < count; n++) {
    await log.append(1, payloadOf(n))
    entries.push(entryText(n))
  }
  if (options.isClosed === true) await log.close()
  return entries
}

export async function filesOf(disk: Disk): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const name of await disk.list(directory)) files.set(name, Buffer.from(await disk.readFile(`${directory}/${name}`)))
  return files
}

/** A disk whose log folder holds these files. */
export async function diskWith(files: ReadonlyMap<string, Uint8Array>): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  await disk.makeDirectory(directory)
  for (const [name, bytes] of files) await (await disk.openAppend(`${directory}/${name}`)).append(bytes)
  return disk
}

/** What opening these files gives: the entries, or the error's code and text. */
export async function opened(files: ReadonlyMap<string, Uint8Array>, options: LogOptions = {}) {
  const disk = await diskWith(files)
  try {
    const log = await openLog(disk, options)
    return { entries: await entriesOf(log), cut: log.cut, losses: log.losses, log, disk }
  } catch (error) {
    const { code, message } = error as { code: string, message: string }
    return { code, message, disk }
  }
}

export { CrashingDisk, MemoryDisk }
