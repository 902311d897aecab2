// Where specs run: Node's environment of Jest, each spec file with its own modules. Only the idle threads of one file are
// there for the next, as they would be for the next context of one program (lib/local/threads/idle-threads.ts).
const { TestEnvironment } = require('jest-environment-node')

const key = Symbol.for('millrace.idleThreads')
const idleThreads = new Map()

module.exports = class extends TestEnvironment {
  /** What runtime.js has given the modules of this spec file. */
  storages = []

  async setup() {
    await super.setup()
    this.global[key] = idleThreads
  }

  async teardown() {
    // What is still there when the file ends would be taken apart.
    delete this.global[key]
    for (const storage of this.storages) storage.disable()
    await super.teardown()
  }
}
