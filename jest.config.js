// Specs run on the TypeScript sources, transpiled file by file; `npm run types` checks the types.
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/spec/support/global-setup.js',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: {
    '^millrace$': '<rootDir>/lib/index.ts',
    '^millrace/testing$': '<rootDir>/lib/testing/index.ts',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  testPathIgnorePatterns: ['<rootDir>/spec/systems/'],
  maxWorkers: 2,
  testTimeout: 30_000,
}
