// npm run check: everything that must hold before a change goes in. Prints what it runs and stops at the first failure.
const { spawnSync } = require('node:child_process')
const path = require('node:path')

// Every spec on every engine, where `npm test` takes turns.
const masters = process.env.MILLRACE_SPEC_MASTERS ?? 'local;local[2];local[3]'
const root = path.join(__dirname, '..')
const node = (...args) => [process.execPath, ...args]
const steps = [
  ['build', node('scripts/build.js')],
  ['types', node(require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit')],
  ['lint', node('node_modules/eslint/bin/eslint.js', '.')],
  ['documentation is up to date', node('scripts/docs.js', '--check')],
  ['examples compile', node('scripts/examples.js')],
  ['specs', node('node_modules/jest/bin/jest.js')],
]

for (const [name, [command, ...args]] of steps) {
  console.log(`check: ${name}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, MILLRACE_SPEC_MASTERS: masters } })
  if (status !== 0) {
    console.error(`check: ${name} failed`)
    process.exit(1)
  }
}
console.log('check: all is well')
