// Installs the packed package into an empty folder and runs a program of each kind there, as a user would: TypeScript,
// CommonJS and an ES module through the command, an ES module with plain node, and a sample of the package.
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const root = path.join(__dirname, '..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-packed-'))
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const body = `
const sc = new SparkContext('local', 'packed')
sc.parallelize(['a b', 'b']).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).collect()
  .then(counts => sc.stop().then(() => console.log(JSON.stringify(counts.sort()), typeof testStream)))
`
const programs = {
  'program.ts': `import { SparkContext } from 'millrace'\nimport { testStream } from 'millrace/testing'\n${body}`,
  'program.cjs': `const { SparkContext } = require('millrace')\nconst { testStream } = require('millrace/testing')\n${body}`,
  'program.mjs': `import { SparkContext } from 'millrace'\nimport { testStream } from 'millrace/testing'\n${body}`,
}
const expected = '[["a",1],["b",2]] function\n'

try {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root, encoding: 'utf8' }))
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'packed-test', private: true }))
  // The types of Millrace mention sockets and streams: like other packages for Node they need those of Node.
  run('npm', 'install', '--no-audit', '--no-fund', path.join(folder, filename), '@types/node@20')
  for (const [name, text] of Object.entries(programs)) {
    fs.writeFileSync(path.join(folder, name), text)
    const output = run('npx', 'millrace', 'run', name)
    if (output !== expected) throw new Error(`millrace run ${name} printed ${JSON.stringify(output)}`)
  }
  if (run(process.execPath, 'program.mjs') !== expected) throw new Error('node program.mjs printed something else')
  if (!run('npx', 'millrace', 'run-example', 'stateless-joins').includes('order-3: semolina is paid')) throw new Error('a sample does not run from node_modules')
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, module: 'node16', target: 'es2022', skipLibCheck: false }, files: ['program.ts'] }))
  run(process.execPath, require.resolve('typescript/bin/tsc', { paths: [root] }), '-p', '.')
  console.log('the packed package works in TypeScript, CommonJS and as an ES module')
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
