/** What specs of Kinesis streams share: a stream of the spec's Kinesis, and what its batches have. */
import { KinesisInitialPositions, KinesisInputDStream, type DStream, type KinesisInitialPosition, type KinesisInputDStreamBuilder, type StreamingContext } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import type { StreamRun } from '../../support/streams'
import type { Kinesalite } from './kinesalite'

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
export const flat = <T>(batches: Map<number, T[]>): T[] => [...batches.values()].flat()
export const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `r${from + i}`)

export function builderAt(kinesis: Kinesalite, ssc: StreamingContext, stream: string, position: KinesisInitialPosition = new KinesisInitialPositions.TrimHorizon()): KinesisInputDStreamBuilder {
  return KinesisInputDStream.builder.streamingContext(ssc).streamName(stream).checkpointAppName('app').endpointUrl(kinesis.endpoint)
    .initialPosition(position).kinesisCredentials({ accessKeyId: 'a', secretAccessKey: 'b' })
}

/** Gathers what each batch has, by its time. */
export function gather<T>(stream: DStream<T>, batches = new Map<number, T[]>()): Map<number, T[]> {
  stream.foreachRDD(async (rdd, time) => { batches.set(time.milliseconds, await rdd.collect()) })
  return batches
}

/** Runs batches until all of them together have so many elements. */
export async function until<T>({ ssc, runBatches }: Pick<StreamRun, 'ssc' | 'runBatches'>, batches: Map<number, T[]>, count: number): Promise<T[]> {
  await eventually(async () => {
    await runBatches(1)
    if (ssc.firstError !== undefined) throw ssc.firstError.thrown
    return flat(batches).length >= count
  })
  return flat(batches)
}
