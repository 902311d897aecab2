/** The names of batches' folders. */
import { Time } from '../../../lib/index'
import { directoryOf, requireBatchDirectory } from '../../../lib/streaming/outputs/batch-directory'
import { thrown } from '../../support/operator-cases'

test.each<[unknown, unknown, string]>([
  ['spark', undefined, 'spark-12345678910'], ['spark', 'tmp', 'spark-12345678910.tmp'],
  ['spark', '', 'spark-12345678910'],
  ['spark', null, 'spark-12345678910'], [null, 'tmp', '12345678910.tmp'], ['', '', '12345678910'],
  ['a/b', 'c', 'a/b-12345678910.c'],
])('prefix %p and suffix %p give %s', (prefix, suffix, name) => {
  expect(directoryOf(requireBatchDirectory('saveAsTextFiles', prefix, suffix), new Time(12345678910)))
    .toBe(name)
})

test('what is no string is refused', () => {
  expect(thrown(() => requireBatchDirectory('saveAsTextFiles', 5, undefined)).message)
    .toMatch(/saveAsTextFiles: the prefix must be a string, got 5/)
  expect(thrown(() => requireBatchDirectory('saveAsTextFiles', 'a', {})).message)
    .toMatch(/the suffix must be a string, got an object/)
})
