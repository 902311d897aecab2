// The table of settings: every row is complete, its default can be read, and reading is typed.
import * as os from 'node:os'
import { parseTimeMs } from '../../lib/conf/parse'
import {
  defaultText, findSetting, readSetting, settings, type Setting, type SettingKey,
} from '../../lib/conf/settings'
import { SparkConf } from '../../lib/conf/spark-conf'

const empty = new SparkConf(false)
const rows = Object.entries(settings) as [SettingKey, Setting][]

test.each(rows)('%s can be read and says what it is', (key, setting) => {
  const value = readSetting(empty, key)
  const isUnset = setting.default === undefined
  expect(value === undefined).toBe(isUnset)
  if (!isUnset) {
    const types = { string: 'string', enum: 'string', boolean: 'boolean', int: 'number', long: 'number',
      double: 'number', time: 'number', size: 'number' }
    expect(typeof value).toBe(types[setting.kind])
  }
  expect(setting.doc).toMatch(/^[A-Z].*\.$/)
  expect(setting.doc).not.toMatch(/ {2}/)
  expect(defaultText(setting)).not.toBe('')
  if (setting.formerly !== undefined) for (const name of setting.formerly) expect(findSetting(name))
    .toBeDefined()
})

test('defaults are Spark\'s', () => {
  expect(readSetting(empty, 'spark.streaming.blockInterval')).toBe(200)
  expect(readSetting(empty, 'spark.streaming.fileStream.minRememberDuration')).toBe(60_000)
  expect(readSetting(empty, 'spark.streaming.receiverRestartDelay')).toBe(2_000)
  expect(readSetting(empty, 'spark.streaming.driver.writeAheadLog.batchingTimeout')).toBe(5_000)
  expect(readSetting(empty, 'spark.driver.maxResultSize')).toBe(1024 ** 3)
  expect(readSetting(empty, 'spark.streaming.backpressure.pid.integral')).toBe(0.2)
  expect(readSetting(empty, 'spark.scheduler.mode')).toBe('FIFO')
  expect(readSetting(empty, 'spark.local.dir')).toBe(os.tmpdir())
  const storageBytes: number = readSetting(empty, 'millrace.memory.storage')
  const executionBytes: number = readSetting(empty, 'millrace.memory.execution')
  expect(storageBytes / executionBytes).toBeCloseTo(1.2, 5)
})

test('what is set wins, in the unit of its key', () => {
  const conf = new SparkConf(false).setAll({
    'spark.streaming.fileStream.minRememberDuration': 5, 'spark.locality.wait': 7,
      'spark.scheduler.mode': 'fair', 'spark.speculation': 'TRUE',
  })
  expect(readSetting(conf, 'spark.streaming.fileStream.minRememberDuration')).toBe(5_000)
  expect(readSetting(conf, 'spark.locality.wait')).toBe(7)
  expect(readSetting(conf, 'spark.scheduler.mode')).toBe('FAIR')
  expect(readSetting(conf, 'spark.speculation')).toBe(true)
})

test('a former name counts where the present one is not set', () => {
  const conf = new SparkConf(false).set('spark.streaming.minRememberDuration', '10s')
  expect(readSetting(conf, 'spark.streaming.fileStream.minRememberDuration')).toBe(10_000)
  conf.set('spark.streaming.fileStream.minRememberDuration', '20s')
  expect(readSetting(conf, 'spark.streaming.fileStream.minRememberDuration')).toBe(20_000)
})

test('reading is typed by the table', () => {
  const blockIntervalMs: number = readSetting(empty, 'spark.streaming.blockInterval')
  const mode: 'FIFO' | 'FAIR' = readSetting(empty, 'spark.scheduler.mode')
  const unpersist: boolean = readSetting(empty, 'spark.streaming.unpersist')
  const directory: string | undefined = readSetting(empty, 'spark.streaming.checkpoint.directory')
  // @ts-expect-error It has no default, so it may be undefined.
  const rate: number = readSetting(empty, 'spark.streaming.receiver.maxRate')
  // @ts-expect-error There is no such setting.
  expect(() => readSetting(empty, 'spark.streaming.blockIntervall')).toThrow()
  expect([blockIntervalMs, mode, unpersist, directory, rate])
    .toEqual([parseTimeMs('200ms'), 'FIFO', true, undefined, undefined])
})

test('names of Object.prototype are no settings', () => {
  for (const key of ['toString', '__proto__', 'constructor']) expect(findSetting(key)).toBeUndefined()
})
