// From the start of the process to the first printed batch of the word count, and the memory that it takes.
const { execFileSync, spawn } = require('node:child_process')
const path = require('node:path')
const { median } = require('../support/measure')

const program = path.join(__dirname, '..', 'programs', 'start.js')
const batchMs = 100

function once() {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(process.execPath, [program, String(batchMs)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    let firstMs
    child.stdout.on('data', chunk => {
      text += chunk
      if (firstMs === undefined && text.includes('Time: ')) firstMs = performance.now() - start
    })
    child.on('error', reject)
    child.on('close', () => resolve({ firstMs, peakMb: Number(/peak (\d+) kB/.exec(text)?.[1]) / 1024 }))
  })
}

async function run() {
  execFileSync(process.execPath, ['-e', '0'])
  const runs = []
  for (let i = 0; i < 7; i++) runs.push(await once())
  const firstMs = median(runs.map(each => each.firstMs))
  const peakMb = median(runs.map(each => each.peakMb))
  return [
    { case: 'process start to first batch printed', ours: `${firstMs.toFixed(0)} ms (interval ${batchMs} ms)`, against: '600 ms + interval', ratio: (600 + batchMs) / firstMs, wanted: 1 },
    { case: 'peak memory of the word count', ours: `${peakMb.toFixed(0)} MB`, against: '150 MB', ratio: 150 / peakMb, wanted: 1 },
  ]
}

module.exports = { run }
