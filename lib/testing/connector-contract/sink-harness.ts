/** What the author of a sink writes so that the contract can run on it: a place in the system, and what is seen there. */
import { broken } from './contract-case'
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'

/** A place in the outside system that nobody else uses: a table, a topic, a folder. */
export interface SinkPlace {
  /** Makes a sink that writes there: a new one for each output and each life of a program. */
  sink(): TransactionalSink<any, any, any, any>
  /** The records that readers see there now, in any order, each as often as it is there. */
  read(): Promise<readonly string[]> | readonly string[]
  /** Names of what lies there unseen: temporary files, tables aside. When given, the contract sees to it that nothing stays. */
  leftBehind?(): Promise<readonly string[]> | readonly string[]
  /** The sink cannot reach its system from now on. */
  breakDown?(): Promise<void> | void
  /** The system is back, with all that it held. */
  repair?(): Promise<void> | void
  /** The place is gone. */
  close(): Promise<void> | void
}

/** A sink under contract. */
export interface SinkHarness {
  /** Opens a fresh, empty place for one case. */
  open(): Promise<SinkPlace> | SinkPlace
  /** The element that carries a record, a text; `read` turns it back. Default: the record itself. */
  readonly elementOf?: (record: string) => unknown
  /** Whether several outputs of a program may write to one place. Default false. */
  readonly canShare?: boolean
  /** Whether places have `breakDown` and `repair`. Default true. */
  readonly canBreakDown?: boolean
  /** Records that must come back as they are. Default: quotes, line ends, NUL-free control characters, other scripts, an empty one. */
  readonly texts?: readonly string[]
  /** The engines to run on. Default `local` and `local[2]`. */
  readonly masters?: readonly string[]
  /** How long a step may take, also to fail when the system is away. Default 20,000. */
  readonly deadlineMs?: number
}

export type CheckedSinkHarness = Required<SinkHarness>

const texts = ["it's", '"quoted"', 'back\\slash', 'two\nlines\r\n', '\tcontrol\u0001', 'größer 漢字 🙂', '$1 %s :name ?', "'); DROP TABLE records; --", '__proto__', 'null', ' ']

export function withSinkDefaults(harness: SinkHarness): CheckedSinkHarness {
  return {
    elementOf: record => record, canShare: false, canBreakDown: true, texts, masters: ['local', 'local[2]'], deadlineMs: 20_000,
    ...harness, open: () => harness.open(),
  }
}

/** Throws where the place cannot. */
export async function breakDown(place: SinkPlace): Promise<void> {
  if (place.breakDown === undefined || place.repair === undefined) {
    broken('the place has no breakDown and repair', 'Write them, or say canBreakDown: false.')
  }
  await place.breakDown()
}

/** Throws when something is left of batches that are over. */
export async function requireNothingAside(place: SinkPlace): Promise<void> {
  const left = await place.leftBehind?.() ?? []
  if (left.length > 0) broken(`left behind: ${left.join(', ')}`, 'start removes what belongs to no batch that is to be committed; commit and abort remove their own.')
}
