/** The rows of the table of settings that say how HDFS and S3 are reached: Hadoop's names, behind `spark.hadoop.` as Spark has them. */
import type { Setting } from './setting-kinds'

export const fileSettings = {
  'spark.hadoop.fs.defaultFS': {
    kind: 'string', default: undefined, status: 'used',
    doc: 'The NameNode of hdfs:///path, which names none: hdfs://host:port. Paths without a scheme are this machine\'s all the same.',
  },
  'spark.hadoop.dfs.namenode.http-address': {
    kind: 'string', default: undefined, defaultText: 'port 9870 of the host in the path', status: 'used',
    doc: 'The host:port of the NameNode\'s WebHDFS, for hdfs:// paths; several with commas between. webhdfs:// paths name it themselves. For'
      + ' a name service: dfs.ha.namenodes.NAME and dfs.namenode.http-address.NAME.NODE, as in hdfs-site.xml.',
  },
  'spark.hadoop.dfs.http.client.retry.max.attempts': {
    kind: 'int', default: 10, min: 1, status: 'used',
    doc: 'How often a request to HDFS is tried, on each NameNode and on several DataNodes, with growing pauses.',
  },
  'spark.hadoop.dfs.webhdfs.socket.connect-timeout': {
    kind: 'time', default: '10s', unit: 'ms', above: 0, status: 'used', doc: 'How long a connection to HDFS may take to be made.',
  },
  'spark.hadoop.dfs.webhdfs.socket.read-timeout': {
    kind: 'time', default: '60s', unit: 'ms', above: 0, status: 'used', doc: 'How long HDFS may be silent within a request.',
  },
  'millrace.hdfs.user': {
    kind: 'string', default: undefined, defaultText: 'HADOOP_USER_NAME, else the user of the process', status: 'used',
    doc: 'The user as whom HDFS is read and written.',
  },
  'spark.hadoop.fs.s3a.endpoint': {
    kind: 'string', default: undefined, defaultText: 'that of the region', status: 'used',
    doc: 'Where S3 is, for others than that of AWS: http://127.0.0.1:9000.',
  },
  'spark.hadoop.fs.s3a.endpoint.region': {
    kind: 'string', default: undefined, defaultText: 'AWS_REGION or the profile\'s', status: 'used', doc: 'The region of the buckets.',
  },
  'spark.hadoop.fs.s3a.access.key': {
    kind: 'string', default: undefined, defaultText: 'as the AWS SDK finds it', status: 'used',
    doc: 'The access key. Without it: the environment, profiles, and what else the AWS SDK knows.',
  },
  'spark.hadoop.fs.s3a.secret.key': { kind: 'string', default: undefined, status: 'used', doc: 'The secret of the access key.' },
  'spark.hadoop.fs.s3a.session.token': { kind: 'string', default: undefined, status: 'used', doc: 'The token of temporary credentials.' },
  'spark.hadoop.fs.s3a.path.style.access': {
    kind: 'boolean', default: false, status: 'used', doc: 'Buckets are named in the path and not in the host: most servers other than that of AWS need it.',
  },
  'spark.hadoop.fs.s3a.connection.ssl.enabled': {
    kind: 'boolean', default: true, status: 'used', doc: 'Whether an endpoint without a scheme is https.',
  },
  'spark.hadoop.fs.s3a.attempts.maximum': {
    kind: 'int', default: 10, min: 1, status: 'used', doc: 'How often a request to S3 is tried, with growing pauses, before it fails.',
  },
  'spark.hadoop.fs.s3a.multipart.size': {
    kind: 'size', default: '16m', unit: 'b', min: 5 * 1024 * 1024, status: 'used',
    doc: 'The first parts of an upload: a task that writes holds one in memory. They grow with the file, which may have 10,000.',
  },
} as const satisfies Record<string, Setting>
