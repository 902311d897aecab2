/** The status line: its text, and how it gives way to what a program writes on the same terminal. */
import { PassThrough } from 'node:stream'
import { statusLine, statusText } from '../../lib/cli/status-line'

const progress = { batchTime: 1000, inputRecords: 12_345, intervalMs: 1_000, processingMs: 320, schedulingDelayMs: 2, failedOutputs: 0 }

test.each([
  [{}, '12,345 records in 320 of 1,000 ms, waited 2 ms, keeping up'],
  [{ inputRecords: 1 }, '1 record in 320 of 1,000 ms, waited 2 ms, keeping up'],
  [{ schedulingDelayMs: 2_540 }, '12,345 records in 320 of 1,000 ms, waited 2,540 ms, 2.5 s behind'],
  [{ failedOutputs: 1 }, '12,345 records in 320 of 1,000 ms, waited 2 ms, keeping up, 1 output failed'],
  [{ failedOutputs: 2 }, '12,345 records in 320 of 1,000 ms, waited 2 ms, keeping up, 2 outputs failed'],
])('the text of %j', (change, text) => {
  expect(statusText({ ...progress, ...change })).toBe(text)
})

/** A terminal that keeps what was written. */
function terminal(columns = 80): NodeJS.WriteStream & { written(): string } {
  const stream = new PassThrough()
  return Object.assign(stream as unknown as NodeJS.WriteStream, {
    columns, isTTY: true as const, written: () => String(stream.read() ?? '').replaceAll('\r\u001b[K', '<erase>'),
  })
}

test('each line is written over the one before, and cut to the width of the terminal', () => {
  const screen = terminal(30)
  const line = statusLine(screen)
  line.show('first')
  line.show('a text that is longer than the terminal is wide')
  line.clear()
  line.clear()
  expect(screen.written()).toBe('<erase>first<erase>a text that is longer than th<erase>')
})

test('it gives way to other writers, and waits for the end of their line', () => {
  const error = terminal()
  const output = terminal()
  const line = statusLine(error, output)
  line.show('status')
  output.write('result\n')
  expect(error.written()).toBe('<erase>status<erase>')
  output.write(new TextEncoder().encode('begun'))
  line.show('unseen')
  expect(error.written()).toBe('')
  output.write(' and done\n')
  line.show('status')
  expect([error.written(), output.written()]).toEqual(['<erase>status', 'result\nbegun and done\n'])
})
