/** Folders for specs: each its own, gone afterwards. */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

/** Runs `f` with the path of a fresh folder and removes it, whatever happens. */
export async function withFolder<R>(f: (folder: string) => R | Promise<R>): Promise<R> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-'))
  try { return await f(folder) } finally { fs.rmSync(folder, { recursive: true, force: true }) }
}

/** Every file and folder below `folder`, as relative paths, sorted; folders end with a slash. */
export function listing(folder: string): string[] {
  const below = (at: string): string[] => fs.readdirSync(path.join(folder, at), { withFileTypes: true }).flatMap(entry => {
    const name = path.join(at, entry.name)
    return entry.isDirectory() ? [`${name}/`, ...below(name)] : [name]
  })
  return below('').sort()
}
