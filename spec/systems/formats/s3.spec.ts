/** Every format on S3: written by uploads that are completed together, and read in ranges, in threads. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { withSpark } from '../../support/contexts'
import { motoCredentials, sharedMoto } from '../support'

test.each(['local', 'local[2]'])('every format goes to S3 and comes back, on %s', async master => {
  const { address } = await sharedMoto()
  const client = new S3Client({ endpoint: `http://${address}`, forcePathStyle: true, region: 'us-east-1', credentials: motoCredentials })
  await client.send(new CreateBucketCommand({ Bucket: 'formats' }))
  client.destroy()
  const settings = {
    'spark.hadoop.fs.s3a.endpoint': `http://${address}`, 'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.access.key': motoCredentials.accessKeyId, 'spark.hadoop.fs.s3a.secret.key': motoCredentials.secretAccessKey,
  }
  await withSpark(master, async sc => {
    const root = `s3://formats/${master.length}`
    const rows = Array.from({ length: 3_000 }, (_, i) => ({ id: i, text: `line\n"${i}"` }))
    const rdd = sc.parallelize(rows, 3)
    await rdd.saveAsJsonFile(`${root}/json`, 'gzip')
    await rdd.saveAsCsvFile(`${root}/csv`, { header: true })
    await rdd.saveAsParquetFile(`${root}/parquet`, { schema: { id: 'int', text: 'string' }, rowGroupSize: 400 })
    await rdd.map(({ id, text }): [number, string] => [id, text]).saveAsSequenceFile(`${root}/pairs`)
    expect(await sc.jsonFile(`${root}/json`).collect()).toEqual(rows)
    expect(await sc.csvFile(`${root}/csv`, { header: true, types: { id: 'int' }, minPartitions: 8 }).collect()).toEqual(rows)
    expect(await sc.parquetFile(`${root}/parquet`, { minPartitions: 6 }).collect()).toEqual(rows)
    expect(await sc.sequenceFile(`${root}/pairs`, 'IntWritable', 'Text').collect()).toEqual(rows.map(({ id, text }) => [id, text]))
    await expect(rdd.saveAsJsonFile(`${root}/json`)).rejects.toThrow('already exists')
    await expect(sc.csvFile(`${root}/csv`, { header: true, multiLine: false }).count()).rejects.toThrow(/s3:\/\/formats\/\d\/csv\/part-0000\d\.csv, line 2, byte 8: this record is damaged: a quoted field does not end/)
  }, settings)
}, 120_000)
