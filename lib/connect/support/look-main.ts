/** The entry of the thread that looks for files, for another that waits. */
import { parentPort } from 'node:worker_threads'
import { setFileSystemSettings } from '../../disk/file-systems'
import { allFiles } from '../../disk/files'
import { expandFiles, type FoundFile } from '../../disk/glob'
import { postError } from '../../disk/posted-error'
import '../file-systems'
import type { LookAnswer, LookRequest } from './look-in-thread'

parentPort!.on('message', (request: LookRequest) => {
  const { port, done, settings, environment } = request
  for (const [name, value] of Object.entries(environment)) process.env[name] = value
  setFileSystemSettings(settings)
  void look(request).then(answer => {
    port.postMessage(answer)
    // The other thread reads the port once this is seen.
    Atomics.store(new Int32Array(done), 0, 1)
    Atomics.notify(new Int32Array(done), 0)
    port.close()
  })
})

async function look({ wanted }: LookRequest): Promise<LookAnswer> {
  try {
    if ('pattern' in wanted) return { files: await expandFiles(allFiles, wanted.pattern) }
    return { files: await Promise.all(wanted.paths.map(found)) }
  } catch (error) { return { error: postError(error) } }
}

async function found(path: string): Promise<FoundFile | undefined> {
  const entry = await allFiles.stat(path)
  return entry === undefined || entry.isDirectory ? undefined : { path, sizeBytes: entry.sizeBytes }
}
