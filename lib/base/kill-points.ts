/**
 * The places at which the fault tests kill the process: between any two steps of which a crash may do one and not the
 * other. MILLRACE_KILL_AT=name:n kills at the n-th time that a place is reached; without it a place costs one comparison.
 * Every name stands here once, with what has been done and what has not.
 */

/** What has happened when a place is reached. */
export const killPoints = {
  'replace.begin': 'a file is to be replaced, nothing is done',
  'replace.written': 'the new file is written aside, not synced',
  'replace.synced': 'the new file is durable under its other name',
  'replace.renamed': 'the new file has its name, the folder is not synced',
  'replace.done': 'the new file and its name are durable',
  'commit.begin': 'the parts of an output are written aside',
  'commit.marked': '_SUCCESS is written aside',
  'commit.oldAside': 'the output that was there has another name',
  'commit.moved': 'the output has its name, the folder is not synced',
  'commit.synced': 'the output is durable, what it replaced is still there',
  'commit.done': 'what the output replaced is gone',
  'output.written': 'every partition of an output is written, none has its name',
  'output.named': 'the partitions have their names',
  'segment.begin': 'a file of a log is to be made',
  'segment.opened': 'it is there and empty',
  'segment.written': 'its header is written, not synced',
  'segment.synced': 'its header is durable, its name is not',
  'segment.done': 'it is durable',
  'log.openScanned': 'a log was read, nothing is mended',
  'log.openTruncated': 'its last file is written anew, without a torn tail',
  'log.openTrimmed': 'files that a truncation had let go are removed',
  'log.openSynced': 'what it holds is durable, its folder is not synced',
  'log.opened': 'it is open',
  'log.appending': 'entries wait, none is written',
  'log.appended': 'entries are written, not synced',
  'log.synced': 'entries are durable, nobody was told',
  'log.rolled': 'the log goes on in a new file',
  'log.trimming': 'old files are not needed, nothing says so',
  'log.trimmed': 'the log says so, they are still there',
  'log.trimRemoved': 'old files are removed, the folder is not synced',
  'log.trimSynced': 'their removal is durable',
  'log.closing': 'a log is to be closed, without its mark',
  'log.closed': 'it is closed in order',
  'folder.locking': 'a checkpoint folder is to be taken',
  'folder.locked': 'it is taken',
  'folder.moved': 'a part of what an earlier program kept is moved aside',
  'folder.superseded': 'all of it is moved aside, not synced',
  'folder.asideSynced': 'the folder aside is synced, the one it came from is not',
  'folder.supersededSynced': 'all of it is durably aside',
  'folder.unlocking': 'all logs are closed, the folder is still taken',
  'folder.unlocked': 'it is free',
  'start.eventsOpened': 'the events are read',
  'start.stateOpened': 'the log of a state is read',
  'start.stateResumed': 'the log of a state says that a run goes on',
  'start.inputsRestored': 'the inputs know their batches',
  'start.begun': 'the events say that a run has begun',
  'start.receivers': 'the inputs are started, no batch is made',
  'batch.prepared': 'the inputs have looked up what a batch has',
  'batch.blocksAllocated': 'a batch has its blocks, nothing says so',
  'batch.allocated': 'a batch durably has its input',
  'batch.generated': 'a batch has its jobs',
  'job.begin': 'a job is to run',
  'job.done': 'a job has run',
  'batch.done': 'all jobs of a batch have run, nothing says so',
  'state.read': 'what a batch changed is read, not written',
  'state.appended': 'what a batch changed is durable, nothing says that the batch has ended',
  'batch.statesKept': 'all changes of a batch are durable',
  'batch.ended': 'the events say that a batch has ended',
  'state.forgetting': 'a state has versions that nobody needs',
  'state.forgotten': 'they are gone',
  'events.snapshot': 'the events are to be cut short',
  'events.snapshotWritten': 'what they amount to is written, they are still there',
  'events.shortened': 'they are gone',
  'batch.committed': 'a batch has ended, nobody was told',
  'batch.completed': 'everybody was told, what it needed is remembered',
  'received.storing': 'a block is received, not logged',
  'received.logged': 'a block is durable, in no queue',
  'received.queued': 'a block waits for its batch, its sender was not told',
  'received.cleaned': 'entries that no batch needs are gone',
  'stop.begin': 'a stream is to stop',
  'stop.drained': 'all that was received is processed',
  'stop.jobsEnded': 'no job runs',
  'stop.inputsStopped': 'the inputs are stopped, the checkpoint is open',
} as const

export type KillPoint = keyof typeof killPoints

const wanted = process.env.MILLRACE_KILL_AT

/** How often each place was reached; counted only with MILLRACE_KILL_AT. */
export const reachedKillPoints = new Map<KillPoint, number>()

/** Does nothing outside fault tests. */
export function killPoint(name: KillPoint): void { if (wanted !== undefined) reached(name, wanted) }

function reached(name: KillPoint, at: string): void {
  const count = (reachedKillPoints.get(name) ?? 0) + 1
  reachedKillPoints.set(name, count)
  if (at !== `${name}:${count}`) return
  process.kill(process.pid, 'SIGKILL')
  // Nothing more may happen in what is left of this turn.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
