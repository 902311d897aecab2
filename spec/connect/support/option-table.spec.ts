/** Tables of options: defaults, what is refused and in which words, and the list that the docs page is made of. */
import * as fc from 'fast-check'
import { documentedOptions, optionTable, requireOptions } from '../../../lib/connect/support/option-table'
import { IllegalArgumentError } from '../../../lib/index'
import { thrown } from '../../support/operator-cases'

const table = optionTable('specs', {
  topic: { kind: 'string', isRequired: true, doc: 'Where records go.' },
  acks: { kind: 'integer', default: -1, values: [-1, 0, 1], doc: 'Who has acknowledged.' },
  waitMs: { kind: 'number', default: 500, minimum: 0, unit: 'ms', doc: 'How long to wait.' },
  isFast: { kind: 'boolean', doc: 'Whether it is fast.' },
  key: { kind: 'function', doc: 'The key.' },
  headers: { kind: 'object', doc: 'The headers.' },
  name: { kind: 'string', doc: 'A name.', check: value => value === '' ? 'not be empty' : undefined },
  anything: { kind: 'any', doc: 'Anything.' },
})

const refusal = (given: unknown): { message: string, hint?: string } => thrown(() => requireOptions('specs', table, given))

test('gives what was told, and defaults; what has none is undefined', () => {
  expect(requireOptions('specs', table, { topic: 't' })).toEqual({
    topic: 't', acks: -1, waitMs: 500, isFast: undefined, key: undefined, headers: undefined, name: undefined, anything: undefined,
  })
  const key = (): string => ''
  const headers = { a: 1 }
  expect(requireOptions('specs', table, { topic: '', acks: 0, waitMs: 0.5, isFast: false, key, headers, name: 'n', anything: null }))
    .toEqual({ topic: '', acks: 0, waitMs: 0.5, isFast: false, key, headers, name: 'n', anything: null })
})

test('an option that is given as undefined counts as not given', () => {
  expect(requireOptions<{ acks: number }>('specs', table, { topic: 't', acks: undefined }).acks).toBe(-1)
  expect(refusal({ topic: undefined }).message).toBe('specs: the option topic is missing')
})

test.each<[string, unknown, string]>([
  ['nothing', null, 'specs: the options must be an object, got null'],
  ['a list', [], 'specs: the options must be an object, got an array of 0'],
  ['a text', 'topic', "specs: the options must be an object, got 'topic'"],
  ['an option left out', {}, 'specs: the option topic is missing'],
  ['another kind', { topic: 5 }, 'specs: topic must be a string, got 5'],
  ['NaN', { topic: 't', waitMs: Number.NaN }, 'specs: waitMs must be a number, got NaN'],
  ['half a whole number', { topic: 't', acks: 0.5 }, 'specs: acks must be a whole number, got 0.5'],
  ['too large a whole number', { topic: 't', acks: 2 ** 60 }, 'specs: acks must be a whole number, got 1152921504606847000'],
  ['a value that there is not', { topic: 't', acks: 2 }, 'specs: acks must be one of -1, 0, 1, got 2'],
  ['too little', { topic: 't', waitMs: -1 }, 'specs: waitMs must be 0 or more, got -1'],
  ['a text for a boolean', { topic: 't', isFast: 'true' }, "specs: isFast must be true or false, got 'true'"],
  ['no function', { topic: 't', key: 'id' }, "specs: key must be a function, got 'id'"],
  ['null for an object', { topic: 't', headers: null }, 'specs: headers must be an object, got null'],
  ['what its own check refuses', { topic: 't', name: '' }, "specs: name must not be empty, got ''"],
])('refuses %s', (_what, given, message) => {
  const error = refusal(given)
  expect(error).toBeInstanceOf(IllegalArgumentError)
  expect(error.message).toMatch(/^specs: /)
  expect(error.message.replaceAll('"', "'")).toBe(message)
})

test('an option that does not exist is refused with the nearest that does, and all that there are', () => {
  const error = refusal({ topic: 't', waitms: 3 })
  expect(error.message.replaceAll('"', "'")).toBe("specs: there is no option 'waitms'; did you mean waitMs?")
  expect(error.hint).toBe('It takes topic, acks, waitMs, isFast, key, headers, name, anything.')
  expect(refusal({ topic: 't', xyzzy: 3 }).message.replaceAll('"', "'")).toBe("specs: there is no option 'xyzzy'")
  expect(refusal({ topic: 't', __proto__: { acks: 5 }, constructor: 1 }).message.replaceAll('"', "'")).toMatch(/^specs: there is no option 'constructor'/)
  expect(refusal(JSON.parse('{"topic":"t","__proto__":1}')).message.replaceAll('"', "'")).toMatch(/^specs: there is no option '__proto__'/)
})

test('the error says where the user called', () => {
  const error = thrown(() => requireOptions('specs', table, { topic: 5 }))
  expect(error.at).toMatch(/^specs at option-table\.spec\.ts:\d+$/)
})

test('whatever is given is refused or given back: never anything else', () => {
  fc.assert(fc.property(fc.anything(), given => {
    let options: object
    try { options = requireOptions('specs', table, given) } catch (error) { return (error as { code?: string }).code === 'MR_ILLEGAL_ARGUMENT' }
    return Object.keys(options).join() === Object.keys(table).join()
  }))
})

test('tables are listed by the names of their operators', () => {
  optionTable('aspecs', {})
  const operators = documentedOptions().map(({ operator }) => operator)
  expect(operators).toEqual([...operators].sort())
  expect(documentedOptions().find(({ operator }) => operator === 'specs')?.table).toBe(table)
})
