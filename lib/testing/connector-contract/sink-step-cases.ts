/** The steps of a transactional sink, one by one, in the orders in which failures and recoveries call them. */
import { broken, requireOnce } from './contract-case'
import { breakDown, requireNothingAside, type CheckedSinkHarness, type SinkPlace } from './sink-harness'
import { SinkSteps } from './sink-steps'

type Body = (place: SinkPlace, harness: CheckedSinkHarness) => Promise<void>

/** The cases, by name. */
export function stepCases({ canShare, canBreakDown }: CheckedSinkHarness): [string, Body][] {
  return [
    ['nothing of a batch is seen before its commit, and all of it after', wholeOrNotAtAll],
    ['abort leaves nothing', aborts],
    ['commit twice is once, also by another process', committedTwice],
    ['a batch that begins again replaces what an earlier attempt has left', beginsAgain],
    ['of several attempts at a partition one counts', attempts],
    ['what was prepared is committed by a later process, and nothing else', preparedAndRecovered],
    ['batches and partitions may be empty', empty],
    ['several batches may be prepared before the first is committed', severalPrepared],
    ['texts of every kind come back as they were', hostileTexts],
    ...canShare ? [['outputs that share a place do not touch each other', shared] as [string, Body]] : [],
    ...canBreakDown ? [['steps fail in time while the system is away, and can be taken again', away] as [string, Body]] : [],
  ]
}

const recordsOf = (group: string, count = 5): string[] => Array.from({ length: count }, (_, i) => `${group}-${i}`)

async function requireSeen(place: SinkPlace, when: string, records: readonly string[]): Promise<void> {
  requireOnce(`what readers see ${when}`, await place.read(), records)
}

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(group => recordsOf(group)) as [string[], string[], string[], string[]]

const wholeOrNotAtAll: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  const began = await steps.begin(1_000, 2)
  await requireSeen(place, 'after begin', [])
  await steps.write(began, 0, a)
  await steps.write(began, 1, b)
  await requireSeen(place, 'after write', [])
  const token = await steps.prepare(began)
  await requireSeen(place, 'after prepare', [])
  await steps.commit(token)
  await requireSeen(place, 'after commit', [...a, ...b])
  await steps.committed(2_000, [c, d])
  await requireSeen(place, 'after a second batch', [...a, ...b, ...c, ...d])
  await steps.stop()
  await requireNothingAside(place)
}

const aborts: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  await steps.committed(1_000, [a])
  await steps.abort(await steps.begin(2_000, 1))
  const written = await steps.begin(2_000, 1, 1)
  await steps.write(written, 0, b)
  await steps.abort(written)
  const { began } = await steps.prepared(3_000, [c])
  await steps.abort(began)
  await requireSeen(place, 'after aborts', a)
  await steps.committed(3_000, [d])
  await requireSeen(place, 'of a batch that was aborted before', [...a, ...d])
  await steps.stop()
  await requireNothingAside(place)
}

const committedTwice: Body = async (place, harness) => {
  const first = await SinkSteps.start(place, harness)
  const { token } = await first.prepared(1_000, [a, b])
  await first.commit(token)
  await first.commit(token)
  await requireSeen(place, 'after the second commit', [...a, ...b])
  await first.stop()
  const second = await SinkSteps.start(place, harness, { isRecovered: true, prepared: [token] })
  await second.commit(token)
  await requireSeen(place, 'after the commit of another process', [...a, ...b])
  await second.committed(2_000, [c])
  await requireSeen(place, 'after the next batch', [...a, ...b, ...c])
  await second.stop()
}

const beginsAgain: Body = async (place, harness) => {
  const first = await SinkSteps.start(place, harness)
  await first.write(await first.begin(1_000, 2), 0, a)
  await first.stop()
  const second = await SinkSteps.start(place, harness, { isRecovered: true })
  await second.prepared(1_000, [a, b])
  await second.stop()
  const third = await SinkSteps.start(place, harness, { isRecovered: true })
  // An abort that failed: the batch runs again in the same process.
  await third.write(await third.begin(1_000, 2, 2), 0, a, { attemptId: 20 })
  const again = await third.begin(1_000, 2, 3)
  await third.write(again, 0, c)
  await third.write(again, 1, d)
  await third.commit(await third.prepare(again))
  await requireSeen(place, 'of a batch that has begun four times', [...c, ...d])
  await third.stop()
  // At the latest the next start removes what nobody could abort.
  await (await SinkSteps.start(place, harness, { isRecovered: true })).stop()
  await requireNothingAside(place)
}

const attempts: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  // On the driver a write that fails aborts the batch; there are no attempts.
  if (!steps.writesInTasks) {
    const failed = await steps.begin(1_000, 1)
    await requireFailure('write', steps.write(failed, 0, failing(a)))
    await steps.abort(failed)
    await steps.committed(1_000, [b])
    await requireSeen(place, 'after a write that failed', b)
    return steps.stop()
  }
  const began = await steps.begin(1_000, 2)
  await requireFailure('write', steps.write(began, 0, failing(a), { attemptId: 10, counts: false }))
  await steps.write(began, 0, a, { attemptId: 11, counts: false })
  await steps.write(began, 0, a, { attemptId: 12 })
  await steps.write(began, 1, b, { attemptId: 13 })
  // Comes too late: another attempt has been taken.
  await steps.write(began, 1, b, { attemptId: 14, counts: false })
  await steps.commit(await steps.prepare(began))
  await requireSeen(place, 'of partitions with several attempts', [...a, ...b])
  await steps.stop()
  await requireNothingAside(place)
}

/** Gives half of the records and then throws, as a task that fails in the middle. */
function* failing(records: readonly string[]): Iterable<string> {
  yield* records.slice(0, Math.ceil(records.length / 2))
  throw new Error('the task has failed')
}

const preparedAndRecovered: Body = async (place, harness) => {
  const first = await SinkSteps.start(place, harness)
  const { token } = await first.prepared(1_000, [a])
  // Prepared too, but the process died before it was durable that its batch has ended: the batch runs again.
  await first.prepared(2_000, [b])
  await first.stop()
  const second = await SinkSteps.start(place, harness, { isRecovered: true, prepared: [token] })
  await requireSeen(place, 'before the commit of the later process', [])
  await second.commit(token)
  await requireSeen(place, 'after it', a)
  await second.committed(2_000, [c])
  await requireSeen(place, 'after the batch that ran again', [...a, ...c])
  await second.stop()
  await requireNothingAside(place)
}

const empty: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  await steps.committed(1_000, [[], []])
  await steps.committed(2_000, [])
  await steps.committed(3_000, [[], a])
  await requireSeen(place, 'of empty batches and one with an empty partition', a)
  await steps.stop()
  await requireNothingAside(place)
}

const severalPrepared: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  const tokens = []
  for (const [i, records] of [a, b, c].entries()) tokens.push((await steps.prepared((i + 1) * 1_000, [records])).token)
  await requireSeen(place, 'before the first commit', [])
  await steps.commit(tokens[0])
  await requireSeen(place, 'after the first commit', a)
  for (const token of tokens.slice(1)) await steps.commit(token)
  await requireSeen(place, 'after all', [...a, ...b, ...c])
  await steps.stop()
  await requireNothingAside(place)
}

const hostileTexts: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  await steps.committed(1_000, [harness.texts])
  await requireSeen(place, 'of texts of every kind', harness.texts)
  await steps.stop()
}

const shared: Body = async (place, harness) => {
  const [left, right] = [await SinkSteps.start(place, harness, { outputId: 'left' }), await SinkSteps.start(place, harness, { outputId: 'right' })]
  const aborted = await left.prepared(1_000, [a])
  const { token } = await right.prepared(1_000, [b])
  await left.abort(aborted.began)
  await left.stop()
  const again = await SinkSteps.start(place, harness, { outputId: 'left', isRecovered: true })
  await right.commit(token)
  await again.committed(1_000, [c])
  await right.commit(token)
  await requireSeen(place, 'of two outputs with batches of the same time', [...b, ...c])
  await again.stop()
  await right.stop()
  await requireNothingAside(place)
}

const away: Body = async (place, harness) => {
  const steps = await SinkSteps.start(place, harness)
  await steps.committed(1_000, [a])
  const { token } = await steps.prepared(2_000, [b])
  await breakDown(place)
  let isAway = true
  try {
    await requireFailure('commit', steps.commit(token))
    await requireFailure('one of begin, write and prepare', steps.prepared(3_000, [c]))
    await place.repair!()
    isAway = false
    await steps.commit(token)
    await steps.committed(3_000, [d])
    await requireSeen(place, 'when the system is back', [...a, ...b, ...d])
    await steps.stop()
  } finally { if (isAway) await place.repair!() }
}

async function requireFailure(what: string, doing: Promise<unknown>): Promise<void> {
  const failed = await doing.then(() => undefined, (error: unknown) => ({ error }))
  if (failed === undefined) broken(`${what} has succeeded, which it cannot have`)
  if (/took longer than \d+ ms$/.test(String((failed.error as Error).message))) throw failed.error
}
