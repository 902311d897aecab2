/** How the files of other systems reach a thread: by its own clients, with the driver's settings; what users have registered, through the driver. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import '../../connect/file-systems'
import { DriverDisk, DriverFiles, serveFiles } from '../../disk/driver-disk'
import { askElsewhere, fileSystemSettings, setFileSystemSettings } from '../../disk/file-systems'

/** What a thread is told of files when a context begins to use it. */
export interface FilesStart {
  /** Settings with secrets in them: they never leave the process. */
  readonly settings: readonly (readonly [string, string])[]
  readonly port: MessagePort
}

/** In the driver. */
export function filesForThread(): FilesStart {
  const { port1, port2 } = new MessageChannel()
  serveFiles(port1)
  return { settings: fileSystemSettings(), port: port2 }
}

let driver: DriverFiles | undefined

/** In the thread. */
export function takeFiles({ settings, port }: FilesStart): void {
  setFileSystemSettings(settings)
  const files = driver = new DriverFiles(port)
  const disks = new Map<string, DriverDisk>()
  askElsewhere(scheme => {
    let disk = disks.get(scheme)
    if (disk === undefined) disks.set(scheme, disk = new DriverDisk(files, scheme))
    return disk
  })
}

/** In the thread, when its context has ended. */
export function dropFiles(): void {
  driver?.close()
  driver = undefined
  askElsewhere(undefined)
  setFileSystemSettings([])
}
