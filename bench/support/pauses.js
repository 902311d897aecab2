// How long the event loop of this thread stands still while something runs: what its own code takes. Where the system
// says so (Linux), only time on a core counts: on a busy machine a thread waits for one longer than it works.
const fs = require('node:fs')
const { monitorEventLoopDelay } = require('node:perf_hooks')

const resolutionMs = 1

/** Milliseconds that the main thread has been on a core so far; elsewhere than on Linux just the time. */
function workedMs() {
  try { return Number(fs.readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6 } catch { return performance.now() }
}

/** { result, p99, max }: of the pauses of the event loop itself; `seenMax` with the waiting for a core. In milliseconds. */
async function pausesOf(work) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  const own = []
  let isOver = false
  let lastMs = performance.now()
  let lastWorkedMs = workedMs()
  const look = () => {
    const nowMs = performance.now()
    const nowWorkedMs = workedMs()
    // The system counts in steps of some milliseconds.
    own.push(Math.max(0, Math.min(nowMs - lastMs - resolutionMs, nowWorkedMs - lastWorkedMs)))
    lastMs = nowMs
    lastWorkedMs = nowWorkedMs
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
