/** The public names of the Kafka in memory. */
export { MemoryKafka, type MemoryKafkaOptions } from './memory-kafka'
export type { MemoryContent, MemoryRecords, MemoryRecordToSend } from './new-records'
export type { MemoryRecord, MemoryTopic, ReadOptions, SendOptions } from './memory-topic'
export type { MemoryTransaction } from './memory-transaction'
