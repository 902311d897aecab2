/** Programs that read, write and recover on HDFS. */
import { describePrograms } from '../support/whole-programs'
import { sharedHdfs } from '../support'

let folders = 0

describePrograms('HDFS', async () => {
  const { address, rpcAddress } = await sharedHdfs()
  return { root: `${rpcAddress}/programs/${folders++}`, settings: { 'spark.hadoop.dfs.namenode.http-address': address } }
})
