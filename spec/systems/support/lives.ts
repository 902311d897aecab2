/** Lives of a program of programs/counting.js: each ends by SIGKILL, or in order. */
import { fork } from 'node:child_process'

export interface Life { readonly batches: number, readonly code: number | null, readonly errors: string }

export interface End {
  /** SIGKILL so long after the start. */
  readonly killAfterMs?: number
  /** Ends in order after so many batches of this life. */
  readonly batches?: number
  readonly onBatch?: (batches: number) => void
}

/** One life of the program, which gets the options as JSON; it may kill itself, too. */
export function live(program: string, options: object, end: End): Promise<Life> {
  const child = fork(program, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  let errors = ''
  let batches = 0
  let timer: NodeJS.Timeout | undefined
  child.stderr!.on('data', text => { errors += text })
  child.on('message', (message: { started?: boolean, batches?: number, failure?: string }) => {
    if (message.started === true && end.killAfterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), end.killAfterMs)
    if (message.failure !== undefined) errors += message.failure
    if (message.batches === undefined) return
    batches = message.batches
    end.onBatch?.(batches)
    if (batches === end.batches) child.send('finish')
  })
  return new Promise(resolve => {
    child.once('close', code => {
      clearTimeout(timer)
      resolve({ batches, code, errors })
    })
  })
}
