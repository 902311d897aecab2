/** Sessions of visitors with a time-out: each page is added to the session of its visitor, who has left when nothing came for a while. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Milliseconds, StateSpec, StreamingContext, type State } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

interface Session { readonly pages: readonly string[] }

const visits: [string, string][][] = [
  [['ann', '/'], ['bob', '/']], [['ann', '/mills']], [], [['ann', '/mills/water']], [], [], [], [['bob', '/wheels']], [],
]

async function main(): Promise<void> {
  const batch = Milliseconds(200)
  const ssc = new StreamingContext(settings('SessionsWithTimeouts'), batch)
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sessions-'))
  ssc.checkpoint(folder)

  const session = StateSpec.function((visitor: string, page: string | undefined, state: State<Session>) => {
    // The last call for a visitor: without a page, and the state is gone afterwards.
    if (state.isTimingOut()) return `${visitor} left after ${state.get().pages.join(' ')}`
    const pages = [...state.getOption()?.pages ?? [], page!]
    state.update({ pages })
    return pages.length === 1 ? `${visitor} came` : `${visitor} is on page ${pages.length}`
  }).timeout(batch.times(2))
  const sessions = ssc.queueStream(visits).mapWithState(session)
  sessions.print()
  sessions.stateSnapshots().count().map(count => `${count} sessions are open`).print()
  stopAfter(ssc, visits.length)

  await ssc.start()
  await ssc.awaitTermination()
  rmSync(folder, { recursive: true })
}

void main()
