// `npm run types` checks the types; the specs are transpiled file by file.
// A run of all specs takes turns with the engines, and leaves `*.long.spec.ts` to `npm run check`: see spec/support/contexts.ts.
const isWhole = process.argv.slice(2).every(argument => argument.startsWith('-'))
if (isWhole) process.env.MILLRACE_SPEC_MASTERS ??= 'turns'

module.exports = {
  testEnvironment: '<rootDir>/spec/support/environment.js',
  runtime: '<rootDir>/spec/support/runtime.js',
  globalSetup: '<rootDir>/spec/support/global-setup.js',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: {
    // Specs name the sources; what runs is what is published, and what threads run: dist, which the setup keeps up to date.
    '^(?:\.\./)+lib/((?:base|cli|closure|codec|conf|connect|disk|events|local|loop|rdd|streaming|testing)/.*|index)$': '<rootDir>/dist/$1',
    '^millrace$': '<rootDir>/dist/index.js',
    '^millrace/testing$': '<rootDir>/dist/testing/index.js',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  testPathIgnorePatterns: ['<rootDir>/spec/systems/', ...process.env.MILLRACE_SPEC_MASTERS === 'turns' ? ['\\.long\\.spec\\.ts$'] : []],
  // One more than the machine has cores, up to a point: many specs wait for processes and sockets.
  maxWorkers: Math.min(8, require('node:os').availableParallelism() + 1),
  testTimeout: 30_000,
}
