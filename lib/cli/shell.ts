/** millrace shell: a prompt with a SparkContext, where expressions can be awaited. */
import * as repl from 'node:repl'
import { Command } from 'commander'

export function shellCommand(): Command {
  return new Command('shell')
    .description('A prompt with sc, a SparkContext, and ssc(seconds), which makes a StreamingContext on it.')
    .option('--master <url>', 'where it runs', 'local')
    .action(async ({ master }: { readonly master: string }) => {
      // Loaded here, so that the other commands start without it.
      const millrace = require('../index') as typeof import('../index')
      await startShell(millrace, master)
    })
}

/** Resolves when the user has left. */
async function startShell(millrace: typeof import('../index'), master: string): Promise<void> {
  const { SparkContext, StreamingContext, Milliseconds, version } = millrace
  const sc = new SparkContext(master, 'millrace shell')
  process.stdout.write(`Millrace ${version} on ${master}. sc is a SparkContext, ssc(seconds) makes a StreamingContext.\n`
    + 'Every public name is here; await works; .exit leaves.\n')
  const server = repl.start({ prompt: 'millrace> ', useGlobal: false })
  Object.assign(server.context, millrace, {
    sc, ssc: (seconds = 1) => new StreamingContext(sc, Milliseconds(Math.round(seconds * 1_000))),
  })
  await new Promise<void>(resolve => server.once('exit', resolve))
  const active = StreamingContext.getActive()
  if (active === undefined) await sc.stop()
  else await active.stop()
}
