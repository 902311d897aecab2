// Jest's runtime, with one difference: what the specs do not change (the build and installed packages) is compiled once a
// worker and not once a spec file. Each spec file still has modules of its own; they only share their code.
const asyncHooks = require('node:async_hooks')
const vm = require('node:vm')
const { default: Runtime } = require('jest-runtime')

const scripts = new Map()

module.exports = class extends Runtime {
  createScriptFromCode(source, filename) {
    const context = this._environment.getVmContext()
    // Only Jest's own way knows what import() would load.
    if (context == null || !/[\\/](?:dist|node_modules)[\\/]/.test(filename) || source.includes('import(')) {
      return super.createScriptFromCode(source, filename)
    }
    let script = scripts.get(filename)
    if (script === undefined) {
      const start = `(function (${this.constructInjectedModuleParameters().join(', ')}) {`
      script = new vm.Script(`${start}${source}\n})`, { filename, columnOffset: -start.length })
      scripts.set(filename, script)
    }
    return script.runInContext(context)
  }

  // A storage that is in use costs every promise of the worker time: those of a spec file end with it (environment.js).
  _requireCoreModule(name, ...rest) {
    if (name !== 'node:async_hooks' && name !== 'async_hooks') return super._requireCoreModule(name, ...rest)
    const { storages } = this._environment
    class AsyncLocalStorage extends asyncHooks.AsyncLocalStorage {
      constructor(...args) {
        super(...args)
        storages.push(this)
      }
    }
    return { ...asyncHooks, AsyncLocalStorage }
  }
}
