// Compiles lib/ to dist/ (CommonJS with types); skipped where there are no sources, as in an installed package.
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
if (fs.existsSync(path.join(root, 'lib', 'index.ts'))) {
  fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true })
  const tsc = require.resolve('typescript/bin/tsc', { paths: [root] })
  execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
}
