// Compiles lib/ to dist/ (CommonJS with types); skipped where there are no sources, as in an installed package. The new
// dist/ is built aside and takes the place of the old one at once, so that whatever runs meanwhile finds one or the other.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
if (fs.existsSync(path.join(root, 'lib', 'index.ts'))) {
  const dist = path.join(root, 'dist')
  // As deep as dist/, so that the source maps hold after the move.
  const built = path.join(root, `.dist-${process.pid}-new`)
  const replaced = path.join(root, `.dist-${process.pid}-old`)
  const tsc = require.resolve('typescript/bin/tsc', { paths: [root] })
  const started = new Date()
  const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', built], { stdio: 'inherit' })
  // A source that is changed while this runs is newer than what was built of it.
  for (const name of fs.readdirSync(built, { recursive: true })) fs.utimesSync(path.join(built, name), started, started)
  if (fs.existsSync(dist)) fs.renameSync(dist, replaced)
  fs.renameSync(built, dist)
  fs.rmSync(replaced, { recursive: true, force: true })
  process.exitCode = status ?? 1
}
