// npm run crash: the fault tests, in lanes. Each test prints what it did and how to run what failed again.
//   npm run crash -- --lane commit|nightly [--test kill,points,disk,refusals,damage,sim] [--seed N]
// The harness is TypeScript that is compiled as it is loaded; what it tests is the built package, brought up to date first.
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
require('../support/global-setup')()

const ts = require('typescript')
const resolve = Module._resolveFilename
Module._resolveFilename = function (request, parent, ...rest) {
  const isSpec = request.startsWith('.') && parent?.filename?.startsWith(path.join(root, 'spec'))
  const inLib = isSpec ? path.relative(path.join(root, 'lib'), path.resolve(path.dirname(parent.filename), request)) : '..'
  return resolve.call(this, inLib.startsWith('..') ? request : path.join(root, 'dist', inLib), parent, ...rest)
}
require.extensions['.ts'] = (module, file) => {
  const compilerOptions = { target: 'ES2022', module: 'commonjs', esModuleInterop: true, inlineSourceMap: true }
  module._compile(ts.transpileModule(fs.readFileSync(file, 'utf8'), { fileName: file, compilerOptions }).outputText, file)
}

require('./lanes').main(process.argv.slice(2)).then(code => { process.exit(code) }, error => {
  console.error(error)
  process.exit(1)
})
