/** Programs of the machine's packages. */
import * as fs from 'node:fs'
import * as path from 'node:path'

/** The path of a program, from PATH or one of these folders; throws with the package to install where there is none. */
export function installed(program: string, folders: readonly string[], packageName: string): string {
  const all = [...folders, ...(process.env.PATH ?? '').split(path.delimiter)]
  const found = all.map(folder => path.join(folder, program)).find(file => fs.existsSync(file))
  if (found === undefined) throw new Error(`${program} is not installed: apt-get install --no-install-recommends ${packageName}`)
  return found
}
