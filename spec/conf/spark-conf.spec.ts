// SparkConf: Spark's rules for keys and values, typed getters, and errors that name the key.
import * as fc from 'fast-check'
import { IllegalArgumentError, NoSuchElementError } from '../../lib/base/errors'
import { SparkConf } from '../../lib/conf/spark-conf'

const conf = () => new SparkConf(false)

describe('setting and getting', () => {
  test('every setter returns the conf, values are kept as text', () => {
    const one = conf()
    const returned = one.set('a', 'x').set('b', 5).set('c', true)
      .setMaster('local[2]').setAppName('App').setJars(['a.jar', 'b.jar']).setSparkHome('/home')
      .setExecutorEnv('V', '1').setExecutorEnv([['W', '2']]).setExecutorEnv({ X: 3 })
      .setIfMissing('a', 'y').setIfMissing('d', 'z')
      .setAll([['e', '1']]).setAll({ f: 2 }).setAll(new Map([['g', '3']]))
      .remove('c')
    expect(returned).toBe(one)
    expect(one.getAll()).toEqual([
      ['a', 'x'], ['b', '5'], ['spark.master', 'local[2]'], ['spark.app.name', 'App'],
      ['spark.jars', 'a.jar,b.jar'], ['spark.home', '/home'],
      ['spark.executorEnv.V', '1'], ['spark.executorEnv.W', '2'], ['spark.executorEnv.X', '3'], ['d', 'z'],
      ['e', '1'], ['f', '2'], ['g', '3'],
    ])
    expect(one.getExecutorEnv()).toEqual([['V', '1'], ['W', '2'], ['X', '3']])
    expect(one.getAllWithPrefix('spark.executorEnv.')).toEqual(one.getExecutorEnv())
    expect(one.getAllWithPrefix('nothing')).toEqual([])
  })

  test('get, getOption, contains', () => {
    const one = conf().set('a', 'x')
    expect([one.get('a'), one.get('a', 'y'), one.get('b', 'y'), one.getOption('a'), one.getOption('b')])
      .toEqual(['x', 'x', 'y', 'x', undefined])
    expect(one.get('b', undefined)).toBeUndefined()
    expect([one.contains('a'), one.contains('b')]).toEqual([true, false])
    expect(() => one.get('spark.missing')).toThrow(NoSuchElementError)
    expect(() => one.get('spark.missing')).toThrow(/^spark\.missing$/)
  })

  test('behaves as a Map of texts, also for hostile keys', () => {
    const name = fc.oneof(fc.constantFrom('__proto__', 'toString', '', 'constructor'), fc.string())
    fc.assert(fc.property(fc.array(fc.tuple(name, fc.oneof(fc.string(), fc.integer(), fc.boolean()))),
      pairs => {
      const naive = new Map(pairs.map(([key, value]) => [key, String(value)]))
      const one = conf().setAll(pairs)
      expect(one.getAll()).toEqual([...naive])
      for (const [key, value] of naive) expect(one.get(key)).toBe(value)
    }))
  })

  test('a clone changes on its own', () => {
    const one = conf().set('a', 'x')
    const copy = one.clone()
    copy.set('a', 'y').set('b', 'z')
    one.set('c', 'w')
    expect(one.getAll()).toEqual([['a', 'x'], ['c', 'w']])
    expect(copy.getAll()).toEqual([['a', 'y'], ['b', 'z']])
    expect(SparkConf.is(copy)).toBe(true)
    expect(SparkConf.is({})).toBe(false)
  })

  test('toDebugString is sorted and keeps secrets', () => {
    const one = conf().setMaster('local').setAll({
      'a': 1, 'my.password': 'p', 'spark.authenticate.secret': 's', 'spark.hadoop.fs.s3a.access.key': 'k',
    })
    expect(one.toDebugString()).toBe([
      'a=1', 'my.password=*********(redacted)', 'spark.authenticate.secret=*********(redacted)',
      'spark.hadoop.fs.s3a.access.key=*********(redacted)', 'spark.master=local',
    ].join('\n'))
  })
})

describe('typed getters', () => {
  const one = conf().setAll({ i: '5', l: '9007199254740991', d: '0.5', b: 'TRUE', t: '2m', s: '3g',
    bare: '100', word: 'x' })

  test('read their type', () => {
    expect([one.getInt('i', 1), one.getLong('l', 1), one.getDouble('d', 1), one.getBoolean('b', false)])
      .toEqual([5, 9007199254740991, 0.5, true])
    expect([one.getTimeAsMs('t'), one.getTimeAsSeconds('t'), one.getTimeAsMs('bare'),
      one.getTimeAsSeconds('bare')]).toEqual([120_000, 120, 100, 100])
    expect([one.getSizeAsBytes('s'), one.getSizeAsKb('s'), one.getSizeAsMb('s'), one.getSizeAsGb('s')])
      .toEqual([3 * 1024 ** 3, 3 * 1024 ** 2, 3072, 3])
    expect([one.getSizeAsBytes('bare'), one.getSizeAsKb('bare'), one.getSizeAsMb('bare'),
      one.getSizeAsGb('bare')]).toEqual([100, 100, 100, 100])
  })

  test('fall back on the default', () => {
    expect([one.getInt('no', 7), one.getLong('no', 8), one.getDouble('no', 0.1), one.getBoolean('no', false)])
      .toEqual([7, 8, 0.1, false])
    expect([one.getTimeAsMs('no', '3s'), one.getTimeAsSeconds('no', '3m'), one.getTimeAsMs('no', 5)])
      .toEqual([3_000, 180, 5])
    expect([one.getSizeAsBytes('no', '1k'), one.getSizeAsKb('no', '1m'), one.getSizeAsMb('no', 2),
      one.getSizeAsGb('no', '2048m')]).toEqual([1024, 1024, 2, 2])
  })

  test('without a default a missing key is an error', () => {
    for (const get of ['getInt', 'getLong', 'getDouble', 'getBoolean', 'getTimeAsMs', 'getTimeAsSeconds',
      'getSizeAsBytes', 'getSizeAsKb'] as const) {
      expect(() => one[get]('no')).toThrow(NoSuchElementError)
    }
  })

  test('what cannot be read is an error that names key and value', () => {
    for (const get of ['getInt', 'getLong', 'getDouble', 'getBoolean', 'getTimeAsMs', 'getTimeAsSeconds',
      'getSizeAsBytes', 'getSizeAsGb'] as const) {
      expect(() => one[get]('word')).toThrow(IllegalArgumentError)
      expect(() => one[get]('word')).toThrow(/Illegal value for config key word: "x": /)
    }
    expect(() => one.getInt('l', 1)).toThrow(/whole number between/)
  })

  test('a bare number of a known key is in the unit of that key', () => {
    const known = conf().set('spark.streaming.fileStream.minRememberDuration',
      90).set('spark.executor.memory', 512)
    expect(known.getTimeAsMs('spark.streaming.fileStream.minRememberDuration')).toBe(90_000)
    expect(known.getTimeAsSeconds('spark.streaming.fileStream.minRememberDuration')).toBe(90)
    expect(known.getSizeAsBytes('spark.executor.memory')).toBe(512 * 1024 ** 2)
    expect(conf().getTimeAsMs('spark.streaming.fileStream.minRememberDuration', 90)).toBe(90)
  })
})

describe('bad input', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a null key', () => conf().set(null as any, 'x'), /^null key$/],
    ['an undefined key', () => conf().get(undefined as any), /^null key$/],
    ['a null value', () => conf().set('k', null as any), /^null value for k$/],
    ['an undefined value', () => conf().setAppName(undefined as any), /^null value for spark\.app\.name$/],
    ['setIfMissing of a set key', () => conf().set('k', 1).setIfMissing('k', null as any),
      /^null value for k$/],
    ['null jars', () => conf().setJars(null as any), /^null value for spark\.jars$/],
    ['null in setAll', () => conf().setAll({ k: null as any }), /^null value for k$/],
    ['setAll of null', () => conf().setAll(null as any),
      /setAll takes pairs, an object or a Map, but got null/],
    ['an env value', () => conf().setExecutorEnv('V', undefined as any),
      /^null value for spark\.executorEnv\.V$/],
    ['a number as key', () => conf().set(5 as any, 'x'), /a key must be a string, but got number/],
    ['an object as value', () => conf().set('k', {} as any),
      /value for k must be a string, a number or a boolean, but got object/],
    ['settings for the constructor', () => new SparkConf({ a: 1 } as any), /SparkConf takes true or false/],
  ])('%s', (_name, use, message) => {
    expect(use).toThrow(IllegalArgumentError)
    expect(use).toThrow(message)
  })

  test.each<[string, string | number | boolean, RegExp]>([
    ['spark.streaming.blockInterval', 'soon', /Illegal value for config key spark\.streaming\.blockInterval: "soon": Time/],
    ['spark.streaming.blockInterval', 0, /'spark\.streaming\.blockInterval' should be a positive value/],
    ['spark.streaming.backpressure.rateEstimator', 'foo', /Unknown rate estimator: foo; expected one of pid/],
    ['spark.scheduler.mode', 'RANDOM', /expected one of FIFO, FAIR/],
    ['spark.streaming.unpersist', 'maybe', /expected true or false/],
    ['spark.streaming.concurrentJobs', 0, /must be at least 1, but is 0/],
    ['spark.default.parallelism', 1.5, /expected a whole number/],
    ['spark.driver.maxResultSize', '1.5g', /Fractional values are not supported/],
    ['spark.streaming.backpressure.pid.minRate', 0, /Minimum rate in PIDRateEstimator should be > 0/],
    ['spark.streaming.backpressure.rateEstimator', 'guess', /Unknown rate estimator: guess/],
  ])('the known key %s cannot be %p', (key, value, message) => {
    const one = conf()
    expect(() => one.set(key, value)).toThrow(message)
    expect(one.contains(key)).toBe(false)
    try { one.set(key, value) } catch (error: any) { expect(error.at).toMatch(/spark-conf\.spec\.ts:\d+$/) }
  })
})

test('unknown keys are kept and listed with what was probably meant', () => {
  const one = conf().setAll({
    'spark.streaming.blockIntervall': '1s', 'millrace.codegen.inlin': true, 'spark.nothing.of.the.kind': 1,
      'spark.hadoop.fs.defaultFS': 'x',
    'my.own': 1, 'spark.executorEnv.PATH': 'x', 'spark.master': 'local',
  })
  expect(one.get('spark.streaming.blockIntervall')).toBe('1s')
  expect(one.unknownKeys()).toEqual([
    { key: 'spark.streaming.blockIntervall', nearest: 'spark.streaming.blockInterval' },
    { key: 'millrace.codegen.inlin', nearest: 'millrace.codegen.inline' },
      { key: 'spark.nothing.of.the.kind' },
  ])
})

describe('MILLRACE_CONF', () => {
  const withVariable = (text: string | undefined, use: () => void) => {
    const before = process.env['MILLRACE_CONF']
    if (text === undefined) delete process.env['MILLRACE_CONF']
    else process.env['MILLRACE_CONF'] = text
    try { use() } finally {
      if (before === undefined) delete process.env['MILLRACE_CONF']
      else process.env['MILLRACE_CONF'] = before
    }
  }

  test('is loaded by default, and only then', () => {
    withVariable('{"spark.master":"local[3]","n":5,"b":false}', () => {
      expect(new SparkConf().getAll()).toEqual([['spark.master', 'local[3]'], ['n', '5'], ['b', 'false']])
      expect(new SparkConf(true).setMaster('local').get('spark.master')).toBe('local')
      expect(new SparkConf(false).getAll()).toEqual([])
      expect(new SparkConf().clone().get('n')).toBe('5')
    })
    for (const text of [undefined, '']) withVariable(text, () => expect(new SparkConf().getAll()).toEqual([]))
  })

  test.each([['{', /MILLRACE_CONF is not JSON/], ['[1]', /MILLRACE_CONF must be a JSON object/], ['null',
    /must be a JSON object/],
    ['{"k":null}', /null value for k/], ['{"k":{}}', /value for k must be/],
    ['{"spark.speculation":"x"}', /spark\.speculation/]])('%s is refused', (text, message) => {
    withVariable(text, () => expect(() => new SparkConf()).toThrow(message))
  })
})

test('what asks for something that this version does not do is listed', () => {
  const conf = new SparkConf(false).setAll({
    'spark.streaming.ui.retainedBatches': 100, 'spark.streaming.receiver.writeAheadLog.enable': true,
    'spark.streaming.manualClock.jump': 50, 'spark.ui.enabled': false, 'spark.ui.port': 4041,
    'spark.streaming.kafka.minRatePerPartition': 1, 'spark.default.parallelism': 3,
  })
  expect(conf.ineffectiveKeys()).toEqual(['spark.streaming.ui.retainedBatches', 'spark.streaming.manualClock.jump'])
})
