/** The command line looks into checkpoint folders on S3, and removes them. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { Seconds, SparkConf, SparkContext, StreamingContext } from '../../../lib/index'
import { ManualClock } from '../../../lib/testing/index'
import { runMillrace } from '../../support/command'
import { motoCredentials, sharedMoto } from '../support'

test('ls, show, verify and rm of a folder on S3', async () => {
  const { address } = await sharedMoto()
  const client = new S3Client({ endpoint: `http://${address}`, forcePathStyle: true, region: 'us-east-1', credentials: motoCredentials })
  await client.send(new CreateBucketCommand({ Bucket: 'command' }))
  client.destroy()
  const settings = Object.entries({
    'spark.hadoop.fs.s3a.endpoint': `http://${address}`, 'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.access.key': motoCredentials.accessKeyId, 'spark.hadoop.fs.s3a.secret.key': motoCredentials.secretAccessKey,
  })
  const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('command').setAll(settings))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  ssc.checkpoint('s3://command/checkpoint')
  ssc.queueStream([[['a', 1]], [['a', 2]]] as [string, number][][]).updateStateByKey((news, before: number | undefined) => news.reduce((x, y) => x + y, before ?? 0)).foreachRDD(() => undefined)
  await ssc.start()
  await clock.advance(2_000)
  await ssc.idle()
  await ssc.stop()
  const conf = settings.flatMap(([key, value]) => ['--conf', `${key}=${value}`])
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runMillrace(['checkpoint', ...args, ...conf])
    // The SDK says on standard error which versions of Node its next ones need.
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  expect(await run('ls', 's3://command/checkpoint')).toMatch(/s3:\/\/command\/checkpoint +.*1/)
  expect(await run('show', 's3://command/checkpoint', '--state', 'updateStateByKey-0')).toContain('a')
  await run('verify', 's3://command/checkpoint')
  expect(await run('rm', 's3://command/checkpoint', '--yes')).toContain('s3://command/checkpoint is removed')
})
