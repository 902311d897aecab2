// Where specs of systems run: the specs' environment, in which the systems that one file has started to share are known to the next.
const TestEnvironment = require('../../support/environment')

const shared = new Map()

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup()
    this.global[Symbol.for('millrace.sharedSystems')] = shared
  }
}
