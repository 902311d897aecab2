/** R22: signals in each phase of a real program: what is said at the end is right, and recovery goes on from there. */
import { Killed, type End } from './kill'

jest.setTimeout(60_000)

/** Lives of one program, each ended by a signal; then what is wrong with all of it. */
async function signalled(ends: readonly End[]): Promise<{ readonly codes: readonly (number | null)[], readonly problems: readonly string[] }> {
  const killed = new Killed({ program: 'mapState', source: 'receiver' })
  const codes: (number | null)[] = []
  for (const end of ends) codes.push((await killed.live(end)).code)
  return { codes, problems: await killed.end() }
}

test('one signal ends in order, with 0, whichever it is, and the next life goes on', async () => {
  const { codes, problems } = await signalled([{ batches: 1, signal: 'SIGTERM' }, { batches: 4, signal: 'SIGINT' }])
  expect(codes).toEqual([0, 0])
  expect(problems).toEqual([])
})

test('a second signal ends the process at once, with the code of one of them, and recovery is exact', async () => {
  const { codes, problems } = await signalled([
    { batches: 2, signal: 'SIGINT', then: 'SIGTERM' }, { batches: 3, signal: 'SIGINT', then: 'SIGTERM' },
  ])
  // Which of the two comes first is the system's matter.
  for (const code of codes) expect([130, 143]).toContain(code)
  expect(problems).toEqual([])
})

test('a signal and then a kill in each phase of the stop that it began', async () => {
  const points = ['stop.begin', 'stop.drained', 'stop.inputsStopped', 'folder.unlocking']
  const { problems } = await signalled(points.map(point => ({ batches: 2, signal: 'SIGTERM' as const, at: `${point}:1` })))
  expect(problems).toEqual([])
})
