/** Every function of the corpus behaves in a real thread as it does here, or is refused at the call; under Jest. */
import { captureFunction } from '../../lib/closure/capture'
import { compileLibrary, type Compiled } from './compiled'
import { corpus } from './fixtures/corpus'
import { runCase, Thread } from './fixtures/run-corpus'

let compiled: Compiled
let thread: Thread
beforeAll(() => { compiled = compileLibrary(); thread = new Thread(compiled.threadFile) })
afterAll(async () => { await thread.end(); compiled.remove() })

describe('a captured function, under Jest', () => {
  it.each(corpus.map(item => [item.name, item] as const))('%s', async (_name, item) => {
    expect(await runCase(item, captureFunction, thread)).toBeUndefined()
  })
})
