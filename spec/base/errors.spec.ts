/** Errors: one form, one table, and a brand that holds across copies of the package and realms. */
import { runInNewContext } from 'node:vm'
import * as errors from '../../lib/base/errors'
import { errorTable, IllegalArgumentError, MillraceError, SparkError, type ErrorCode } from '../../lib/base/errors'

const kinds: [new (message: string, details?: errors.ErrorDetails) => MillraceError, ErrorCode][] = [
  [errors.IllegalArgumentError, 'MR_ILLEGAL_ARGUMENT'], [errors.IllegalStateError, 'MR_ILLEGAL_STATE'], [errors.SparkError, 'MR_SPARK'],
  [errors.UnsupportedOperationError, 'MR_UNSUPPORTED'], [errors.NoSuchElementError, 'MR_NO_SUCH_ELEMENT'],
  [errors.TaskNotSerializableError, 'MR_TASK_NOT_SERIALIZABLE'], [errors.FileAlreadyExistsError, 'MR_FILE_ALREADY_EXISTS'],
  [errors.CheckpointError, 'MR_CHECKPOINT'], [errors.LogDamagedError, 'MR_LOG_DAMAGED'],
]

test.each(kinds)('%p', (Kind, code) => {
  const cause = new Error('first')
  const error = new Kind('what was wrong', { hint: 'what to do', at: 'map at app.ts:3', cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toBeInstanceOf(MillraceError)
  expect(error).toMatchObject({
    name: Kind.name, code, message: 'what was wrong', hint: 'what to do', at: 'map at app.ts:3', cause, retriable: errorTable[code].retriable,
  })
  expect(String(error)).toBe(`${Kind.name}: what was wrong`)
  expect(new Kind('x')).toMatchObject({ hint: undefined, at: undefined })
  expect('cause' in new Kind('x')).toBe(false)
})

test('every class that is exported is in this list', () => {
  const classes = Object.values(errors).filter(value => typeof value === 'function' && value.prototype instanceof MillraceError)
  expect(classes.map(each => (each as Function).name).sort()).toEqual(kinds.map(([Kind]) => Kind.name).sort())
})

test('a SparkError may have a code of its own, and any error may say whether trying again helps', () => {
  expect(new SparkError('x', { code: 'MR_JOB_FAILED' })).toMatchObject({ code: 'MR_JOB_FAILED', retriable: true })
  expect(new SparkError('x', { code: 'MR_JOB_FAILED', retriable: false }).retriable).toBe(false)
})

test('is() knows every MillraceError, also one from another copy, and nothing else', () => {
  const other = jest.requireActual<typeof errors>('../../lib/base/errors')
  let copy: typeof errors | undefined
  jest.isolateModules(() => { copy = require('../../lib/base/errors') })
  expect(copy!.MillraceError).not.toBe(other.MillraceError)
  expect(MillraceError.is(new copy!.IllegalArgumentError('x'))).toBe(true)
  for (const value of [undefined, null, 1, 'x', {}, new Error('x'), { code: 'MR_SPARK' }, runInNewContext('new Error("x")')]) {
    expect(MillraceError.is(value)).toBe(false)
  }
})

test('the brand shows neither in listings nor in JSON', () => {
  const error = new IllegalArgumentError('x')
  expect(Object.getOwnPropertySymbols(error).filter(symbol => Object.prototype.propertyIsEnumerable.call(error, symbol))).toEqual([])
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'MR_ILLEGAL_ARGUMENT', retriable: false })
})

test('every code has a meaning for people, one sentence at least', () => {
  for (const [code, { doc }] of Object.entries(errorTable)) {
    expect(code).toMatch(/^MR_[A-Z_]+$/)
    expect(doc).toMatch(/^[A-Z].*\.$/)
  }
})
