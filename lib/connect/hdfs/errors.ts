/** What HDFS says in its RemoteException, as a DiskError; and which of it passes by itself. */
import { DiskError } from '../../disk/disk'

export interface RemoteException {
  readonly exception: string
  readonly message: string
}

const errnos: Record<string, string> = {
  FileNotFoundException: 'ENOENT', FileAlreadyExistsException: 'EEXIST', ParentNotDirectoryException: 'ENOTDIR',
  PathIsNotDirectoryException: 'ENOTDIR', PathIsNotEmptyDirectoryException: 'ENOTEMPTY', AccessControlException: 'EACCES',
  SecurityException: 'EACCES', AuthorizationException: 'EACCES', NSQuotaExceededException: 'EDQUOT', DSQuotaExceededException: 'EDQUOT',
  QuotaExceededException: 'EDQUOT', SafeModeException: 'EROFS', InvalidPathException: 'EINVAL', 'HTTP 401': 'EACCES', 'HTTP 403': 'EACCES',
}

/** A NameNode that does not serve now: another one may, or this one later. */
const passing = new Set(['StandbyException', 'RetriableException', 'SafeModeException', 'ServerTooBusyException', 'RetryStartFileException'])

export function isPassing({ exception }: RemoteException): boolean { return passing.has(exception) }

/** The exception in an answer's body, without its stack trace; undefined when there is none. */
export function remoteExceptionIn(body: Buffer): RemoteException | undefined {
  try {
    const { RemoteException: found } = JSON.parse(body.toString()) as { RemoteException?: RemoteException }
    if (found === undefined) return undefined
    const [message = ''] = String(found.message).split('\n')
    return { exception: String(found.exception), message }
  } catch { return undefined }
}

/** What a status says that comes without an exception. */
export function textOfStatus(status: number, body: Buffer): string {
  const [line = ''] = body.toString().replace(/<[^>]*>/g, ' ').trim().split('\n')
  return `HTTP ${status}${line === '' ? '' : ` ${line.trim().slice(0, 200)}`}`
}

export function hdfsError(operation: string, path: string, { exception, message }: RemoteException, cause?: unknown): DiskError {
  const errno = message.includes('(is not a directory)') ? 'ENOTDIR' : errnos[exception] ?? 'EIO'
  const hint = errno === 'EROFS' ? 'The NameNode is in safe mode: it waits for its DataNodes, or was told to (hdfs dfsadmin -safemode leave).'
    : exception === 'SecurityException' || exception === 'HTTP 401' ? 'Kerberos is not supported: HDFS has to take the user\'s word (simple authentication).' : undefined
  return new DiskError(operation, path, errno, cause, { reason: `${exception}: ${message}`, hint })
}
