// Specs that start real outside systems: run by `npm run test:systems`.
const base = require('../../jest.config.js')

module.exports = {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/spec/systems'],
  testEnvironment: '<rootDir>/spec/systems/support/environment.js',
  setupFilesAfterEnv: ['<rootDir>/spec/systems/support/retry.js'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  testTimeout: 180_000,
}
