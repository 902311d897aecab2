/**
 * The entry of a thread: it works for one context after another, and keeps nothing of a context that has ended. Unlike
 * the driver's data, what a user's functions have changed in modules and globals stays, as it does in an executor of
 * Spark; a thread in which they have left something running (a timer, a server) says so, and is not used again.
 */
import { parentPort } from 'node:worker_threads'
import '../../rdd/catalogue'
import { forgetClasses } from '../../closure/shared-classes'
import { forgetLoops } from '../../loop/compile'
import type { FromThread, ToThread } from './protocol'
import { dropFiles, takeFiles } from './thread-files'
import { ThreadSession } from './thread-session'

const port = parentPort!
const answer = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

let session: ThreadSession | undefined

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'begin':
      takeEnvironment(message.environment)
      takeFiles(message.files)
      session = new ThreadSession(message.settings, answer)
      answer({ type: 'ready' })
      break
    case 'end':
      session?.end()
      session = undefined
      dropFiles()
      forgetLoops()
      forgetClasses()
      answer({ type: 'ended', isClean: runsNothing() })
      break
    default:
      session?.receive(message)
  }
})

const runningAtStart = process.getActiveResourcesInfo().length

function runsNothing(): boolean { return process.getActiveResourcesInfo().length <= runningAtStart }

/** The process's environment, as it is when a context begins. */
function takeEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  for (const [name, value] of Object.entries(environment)) if (process.env[name] !== value) process.env[name] = value
}
