/** The file systems that every thread knows by itself. Their clients are loaded when a path of theirs is first used. */
import { registerBuiltInFileSystem, type OpenFileSystem } from '../disk/file-systems'
import { lookElsewhereBy } from '../disk/look-sync'

const openHdfs: OpenFileSystem = settings => {
  const { HdfsDisk } = require('./hdfs/disk') as typeof import('./hdfs/disk')
  return new HdfsDisk(settings)
}

const openS3: OpenFileSystem = settings => {
  const { S3Disk } = require('./s3/disk') as typeof import('./s3/disk')
  return new S3Disk(settings)
}

for (const scheme of ['hdfs', 'webhdfs']) registerBuiltInFileSystem(scheme, openHdfs)
// Hadoop has had three clients of S3; here all three names mean the same.
for (const scheme of ['s3', 's3a', 's3n']) registerBuiltInFileSystem(scheme, openS3)

lookElsewhereBy(wanted => {
  const { lookInThread } = require('./support/look-in-thread') as typeof import('./support/look-in-thread')
  return lookInThread(wanted)
})
