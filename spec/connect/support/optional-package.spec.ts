/** Packages that the user installs: given when there, else refused with the line that installs them. */
import { optionalPackage } from '../../../lib/connect/support/optional-package'
import { thrown } from '../../support/operator-cases'

test('gives what it loads', () => {
  expect(optionalPackage('pg', 'The sink', () => require('node:path'))).toBe(require('node:path'))
})

test('a package that is not there is refused with the line that installs it', () => {
  const error = thrown(() => optionalPackage('not-there-at-all', 'The sink of specs', () => require('not-there-at-all')))
  expect(error.code).toBe('MR_UNSUPPORTED')
  expect(error.message).toMatch(/^The sink of specs needs the package not-there-at-all, which cannot be loaded: Cannot find module/)
  expect(error.message).not.toContain('\n')
  expect(error.hint).toBe('npm install not-there-at-all')
  expect(error.cause).toMatchObject({ code: 'MODULE_NOT_FOUND' })
})

test('a package that is there and broken is refused with what is wrong, whatever it throws', () => {
  const failing = (thing: unknown): any => thrown(() => optionalPackage('broken', 'The sink', () => { throw thing }))
  expect(failing(new Error('libfoo.so\nis missing')).message).toBe('The sink needs the package broken, which cannot be loaded: libfoo.so')
  expect(failing(undefined).message).toBe('The sink needs the package broken, which cannot be loaded: undefined')
})
