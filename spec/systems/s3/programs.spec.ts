/** Programs that read, write and recover on S3. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describePrograms } from '../support/whole-programs'
import { motoCredentials, sharedMoto } from '../support'

let folders = 0
let address: string

beforeAll(async () => {
  ({ address } = await sharedMoto())
  const client = new S3Client({ endpoint: `http://${address}`, forcePathStyle: true, region: 'us-east-1', credentials: motoCredentials })
  await client.send(new CreateBucketCommand({ Bucket: 'programs' }))
  client.destroy()
})

describePrograms('S3', async () => ({
  root: `s3a://programs/${folders++}`,
  settings: {
    'spark.hadoop.fs.s3a.endpoint': `http://${address}`, 'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.access.key': motoCredentials.accessKeyId, 'spark.hadoop.fs.s3a.secret.key': motoCredentials.secretAccessKey,
  },
}))
