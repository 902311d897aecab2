// How long the event loop of this thread stands still while something runs: what its own code takes. Where the system
// says so (Linux), time in which the thread was ready and no core was free for it is told apart.
const fs = require('node:fs')
const { monitorEventLoopDelay } = require('node:perf_hooks')

const resolutionMs = 1

/** Milliseconds that the main thread has waited for a core so far. */
function waitedMs() {
  try { return Number(fs.readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6 } catch { return 0 }
}

/** { result, p99, max }: of the pauses of the event loop itself; `seenMax` with the waiting for a core. In milliseconds. */
async function pausesOf(work) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  const own = []
  let isOver = false
  let lastMs = performance.now()
  let lastWaitedMs = waitedMs()
  const look = () => {
    const nowMs = performance.now()
    const nowWaitedMs = waitedMs()
    own.push(Math.max(0, nowMs - lastMs - resolutionMs - (nowWaitedMs - lastWaitedMs)))
    lastMs = nowMs
    lastWaitedMs = nowWaitedMs
    if (!isOver) setTimeout(look, resolutionMs)
  }
  setTimeout(look, resolutionMs)
  delay.enable()
  const result = await work()
  delay.disable()
  isOver = true
  own.sort((a, b) => a - b)
  return {
    result, p99: own[Math.floor(own.length * 0.99)] ?? 0, max: own.at(-1) ?? 0, seenMax: Math.max(0, delay.max / 1e6 - resolutionMs),
  }
}

module.exports = { pausesOf }
