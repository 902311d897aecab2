/**
 * Every maximum of the system, by name. Nothing grows without a bound that stands here; a limit that is reached is an
 * error or a pause that names it.
 */
export const limits = {
  /** The longest line that a text source takes, in bytes. */
  lineBytesMax: 16 * 1024 * 1024,
  /** The largest file that is read as one JSON document, in bytes. */
  documentBytesMax: 256 * 1024 * 1024,
  /** What one compressed record or block of a SequenceFile, or one page of a Parquet file, may take decompressed, in bytes. */
  formatBlockBytesMax: 512 * 1024 * 1024,
  /** Values of a Parquet row group that are held before they are written, in bytes, about. */
  rowGroupBytesMax: 64 * 1024 * 1024,
  /** Values that a column of a Parquet row group may have when it is read. */
  rowGroupValuesMax: 2 ** 26,
  /** How deep JSON from outside may nest: deeper values could not be sent from thread to thread. */
  receivedDepthMax: 500,
  /** The largest frame of a log or a framed file, in bytes. */
  frameBytesMax: 64 * 1024 * 1024,
  /** The largest single serialized record, in bytes. */
  recordBytesMax: 16 * 1024 * 1024,
  /** Batches that wait for their turn before the job generator reports that the program falls behind. */
  queuedBatchesMax: 1_000,
  /** Batches that failed one after another and keep their input for a later success; of more, the oldest are forgotten. */
  failedBatchesMax: 1_000,
  /** Bytes of one receiver that may wait for their batch, for each second of the interval, before it is paused; twice as many in all. */
  receiverBytesMax: 128 * 1024 * 1024,
  /** Records of one receiver that may wait for their batch, for each second of the interval, before it is paused; twice as many in all. */
  receiverRecordsMax: 1_000_000,
  /** Bytes that a receiver which does not wait while it is paused may hold before it is stopped. */
  receiverUnawaitedBytesMax: 1024 * 1024 * 1024,
  /** Records that a receiver which does not wait while it is paused may hold before it is stopped. */
  receiverUnawaitedRecordsMax: 8_000_000,
  /** Bytes of one receiver's logged blocks that have been processed and stay in memory for windows; of more, the oldest are read from the log. */
  loggedBlocksBytesMax: 64 * 1024 * 1024,
  /** Bytes of one Kinesis stream that are fetched ahead of their batch; twice as many with those of batches that have not ended. */
  kinesisAheadBytesMax: 64 * 1024 * 1024,
  /** Bytes of one Kafka stream that are held: read ahead of their batch, and of batches that have not ended. */
  kafkaAheadBytesMax: 64 * 1024 * 1024,
  /** Bytes of one range of offsets: all of them are in memory while its task runs. */
  kafkaRangeBytesMax: 1024 * 1024 * 1024,
  /** What the records of one Kafka record batch may take decompressed, in bytes. */
  kafkaBatchBytesMax: 512 * 1024 * 1024,
  /** The largest frame that a Flume stream takes, in bytes: with a small header, an event is no larger. */
  flumeFrameBytesMax: 64 * 1024 * 1024,
  /** Connections of Flume agents to one stream. */
  flumeConnectionsMax: 1_000,
  /** Batches of one sink that are prepared and could not be committed, before further ones fail. */
  waitingTransactionsMax: 1_000,
  /** How long stopping waits for the onStop of a receiver, in milliseconds. */
  receiverStopMs: 10_000,
  /** How long a stop that is not graceful waits for the running job, in milliseconds. */
  jobStopMs: 2_000,
  /** How long a graceful stop without spark.streaming.gracefulStopTimeout waits for its jobs, in milliseconds. */
  gracefulJobsMs: 3_600_000,
  /** How long a process may go on after a signal has stopped its stream, in milliseconds. */
  exitAfterSignalMs: 10_000,
  /** How long a connection to a database that nobody uses is kept, in milliseconds. */
  idleConnectionMs: 10_000,
  /** Files whose modification times a file stream asks for at a time. */
  fileStatsMax: 64,
  /** What is written to a file of another file system, in bytes, before it is sent off in pieces. */
  remoteBufferBytesMax: 8 * 1024 * 1024,
  /** Files of a log that are removed at a time at least, where every commit is a file. */
  logFilesRemovedMin: 64,
  /** The same as eventsPerSnapshot where every commit of the log is a file, all of which a recovery reads. */
  eventsPerSnapshotOfFiles: 250,
  /** Requests to another file system that one operation has under way at a time. */
  remoteRequestsMax: 16,
  /** Files and folders of which a file stream remembers that it has warned; then it may warn again. */
  fileWarningsMax: 10_000,
  /** The longest block of text that a receiver gathers before it starts another, in bytes. */
  textBlockBytesMax: 4 * 1024 * 1024,
  /** How often a task may lose its thread before its job fails. */
  taskLossesMax: 4,
  /** What one captured function may carry with it, in bytes: larger values are for broadcast. */
  closureBytesMax: 64 * 1024 * 1024,
  /** Threads without a context that are kept for the next one. */
  idleThreadsMax: 16,
  /** How long a thread without a context is kept, in milliseconds. */
  idleThreadMs: 3_000,
  /** How long a context that stops waits for an idle thread to drop what it holds, in milliseconds. */
  threadEndMs: 1_000,
  /** Compiled stages that are kept for reuse. */
  compiledStagesMax: 1_000,
  /** How long one run of tasks may hold the event loop before it yields, in milliseconds. */
  eventLoopHoldMs: 10,
  /** How deep arrays and objects in a key may be nested; a key that contains itself is deeper than any limit. */
  keyDepthMax: 100,
  /** Events of batches in a checkpoint folder's log before a snapshot of what they amount to is written. */
  eventsPerSnapshot: 1_000,
  /** Entries of a state that are changed at least before all of them are written again, a few with each batch. */
  stateChangesBeforeBase: 10_000,
  /** Slots of a partition that a batch writes at least, while all entries of a state are written again. */
  stateSliceEntriesMin: 1_024,
  /** Keys of one partition of a state. */
  stateEntriesMax: 2 ** 25,
  /** Keys that are looked up in a state at once. */
  stateLookupsMax: 1_024,
  /** Entries of a state in one frame of its log. */
  stateFrameEntriesMax: 32_768,
  /** Entries of one KeyMap: V8 refuses more than 2^24 in one Map. */
  keyMapEntriesMax: 2 ** 24 - 1,
} as const
