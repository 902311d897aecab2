/** The life of a SparkContext: made, one at a time, shared, stopped; facts of Spark's SparkContextSuite. */
import { SparkConf, SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'

describe('making a SparkContext', () => {
  it('needs a master and a name, and leaves nothing behind when it fails', async () => {
    expect(() => new SparkContext(new SparkConf().setAppName('a')))
      .toThrow('A master URL must be set in your configuration')
    expect(() => new SparkContext(new SparkConf().setMaster('local')))
      .toThrow('An application name must be set in your configuration')
    expect(() => new SparkContext('lokal', 'a')).toThrow(/Could not parse Master URL: 'lokal'/)
    expect(() => new SparkContext('local[0]', 'a')).toThrow(/0 threads/)
    expect(() => new SparkContext({} as any))
      .toThrow(/made from a SparkConf, or from a master URL and a name/)
    await withSpark('local', sc => expect(sc.isStopped).toBe(false))
  })

  it('allows one at a time and says where the other was made', () => withSpark('local', sc => {
    expect(() => new SparkContext('local', 'second'))
      .toThrow(/Only one SparkContext should be running in this JVM \(see SPARK-2243\).*contexts\.ts:\d+/)
    expect(SparkContext.getOrCreate(new SparkConf().setMaster('local').setAppName('other'))).toBe(sc)
    expect(SparkContext.getOrCreate()).toBe(sc)
  }))

  it('getOrCreate makes one where there is none', async () => {
    const sc = SparkContext.getOrCreate(new SparkConf().setMaster('local').setAppName('made'))
    expect([sc.appName, sc.master, SparkContext.getOrCreate()]).toEqual(['made', 'local', sc])
    await sc.stop()
    const next = SparkContext.getOrCreate(new SparkConf().setMaster('local').setAppName('next'))
    expect(next).not.toBe(sc)
    await next.stop()
    expect(() => SparkContext.getOrCreate()).toThrow('A master URL must be set in your configuration')
  })

  it('keeps its own copy of the settings', async () => {
    const conf = new SparkConf().setMaster('local').setAppName('copy')
    await using sc = new SparkContext(conf)
    conf.setAppName('changed')
    sc.getConf().setAppName('changed too')
    expect([sc.appName, sc.getConf().get('spark.app.name')]).toEqual(['copy', 'copy'])
  })

  it('knows itself', () => withSpark('local', sc => {
    expect([sc.isLocal, sc.defaultParallelism, sc.defaultMinPartitions, sc.isStopped])
      .toEqual([true, 1, 1, false])
    expect(sc.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(sc.applicationId).toMatch(/^local-/)
    expect(sc.sparkUser).not.toBe('')
    expect([sc.uiWebUrl, sc.applicationAttemptId, sc.archives, sc.resources.size])
      .toEqual([undefined, undefined, [], 0])
  }))

  it('has the parallelism of its settings', () => withSpark('local', sc => {
    expect([sc.defaultParallelism, sc.defaultMinPartitions, sc.parallelize([1]).getNumPartitions()])
      .toEqual([7, 2, 7])
  }, { 'spark.default.parallelism': '7' }))
})

describe('a stopped SparkContext', () => {
  it('can be stopped again, and refuses everything else', async () => {
    const sc = new SparkContext('local', 'stopped')
    const rdd = sc.parallelize([1, 2, 3])
    await Promise.all([sc.stop(), sc.stop()])
    await sc.stop()
    expect(sc.isStopped).toBe(true)
    const text = /^Cannot call methods on a stopped SparkContext$/
    expect(() => sc.parallelize([1])).toThrow(text)
    expect(() => sc.emptyRDD()).toThrow(text)
    expect(() => rdd.map(n => n)).toThrow(text)
    expect(() => sc.broadcast(1)).toThrow(text)
    await expect(rdd.count()).rejects.toThrow(text)
    await expect(rdd.count()).rejects.toMatchObject(
      { code: 'MR_ILLEGAL_STATE', at: expect.stringMatching(/^count at lifecycle\.spec\.ts:/) })
  })

  it('makes room for the next, also when something that had to stop with it failed', async () => {
    const sc = new SparkContext('local', 'failing')
    sc.onStop(() => { throw new Error('would not stop') })
    await expect(sc.stop()).rejects.toThrow('would not stop')
    await withSpark('local', async next => expect(await next.parallelize([1]).count()).toBe(1))
  })

  it('stops at the end of await using', async () => {
    let kept: SparkContext
    {
      await using sc = new SparkContext('local', 'used')
      kept = sc
      expect(await sc.parallelize([1]).collect()).toEqual([1])
    }
    expect(kept.isStopped).toBe(true)
  })

  it('ends the jobs that were running', async () => {
    const sc = new SparkContext('local', 'ending')
    const endless = sc.parallelize([1]).mapPartitions(
      async () => { await new Promise(() => undefined); return [] }).count()
    const failure = endless.catch((error: unknown) => error)
    await new Promise(resolve => setImmediate(resolve))
    await sc.stop()
    expect(await failure).toMatchObject(
      { message: 'Job 0 cancelled because SparkContext was shut down', code: 'MR_JOB_CANCELLED' })
  })
})

describe('in tasks', () => {
  it('no context can be made and no RDD used', () => withSpark('local', async sc => {
    const other = sc.parallelize([1])
    await expect(sc.parallelize([1]).map(() => new SparkContext('local', 'inner')).collect())
      .rejects.toThrow(/SparkContext should only be created and accessed on the driver\./)
    await expect(sc.parallelize([1]).map(() => other.map(n => n)).collect())
      .rejects.toThrow(/only be invoked by the driver.*SPARK-5063/)
    await expect(sc.parallelize([1]).mapPartitions(async () => [await other.count()]).collect())
      .rejects.toThrow(/SPARK-5063/)
  }))
})
