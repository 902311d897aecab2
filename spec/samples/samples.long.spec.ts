/** Every sample as a user runs it: a process of its own, without a broker, that ends by itself and prints what it should. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { root, runMillrace, type Ended } from '../support/command'

const dashes = '-'.repeat(43)
/** The first elements that `print` shows of a batch; none of an empty one. */
const printed = (...elements: string[]): RegExp =>
  new RegExp(`^${dashes}\nTime: \\d+ ms\n${dashes}\n${elements.map(each => `${each.replace(/[()?]/g, '\\$&')}\n`).join('')}`, 'm')

/** What each prints, in this order. */
const expected: Record<string, readonly (string | RegExp)[]> = {
  'network-word-count': [printed(), /^\(mill,\d+\)$/m, /^\(wheel,\d+\)$/m, /^Counted \d{2,} words in 1\d batches\.\n$/m],
  'windowed-word-count': [
    printed('(the,2)', '(mill,1)', '(wheel,1)'), printed('(the,4)', '(mill,2)', '(race,1)', '(turns,1)', '(wheel,1)'),
    printed('(the,4)', '(turns,2)', '(mill,1)', '(race,1)', '(water,1)', '(wheel,1)'),
  ],
  'stateful-word-count': [
    printed('(the,102)', '(and,1)', '(mill,1)', '(wheel,1)'), 'the is new\n', 'the came 2 times\n',
    printed('(the,105)', '(mill,2)', '(wheel,2)', '(and,1)', '(race,1)', '(turns,1)'), 'mill came 2 times\n', 'and came 2 times\n',
  ],
  'sessions-with-timeouts': [
    'ann came\n', 'ann is on page 3\nbob left after /\n', '1 sessions are open\n', printed('ann left after / /mills /mills/water'),
    '0 sessions are open\n', printed('bob came'),
  ],
  'stateless-joins': [
    'order-1: flour is paid with 30\n', 'order-2: bran is not paid in this batch\n', 'order-9: 12 came without an order in this batch\n',
    'order-3: semolina is paid with 18\n', 'order-2: 9 came without an order in this batch\n',
  ],
  'rdd-join-through-transform': [printed('ann: lunch at noon?'), 'bob: the wheel squeaks\n', printed('ann: noon it is')],
  'custom-receiver': [
    /^\(mill,1\d\.\d degrees on average of \d+ readings\)$/m, 'Receiver 0: Restarting receiver with delay 100 ms: A thermometer does not answer\n',
    /^\(cellar,2\d\.\d degrees on average of \d+ readings\)$/m,
  ],
  'reliable-receiver-with-log': [
    /^Interrupted when \d+ of 200 messages were acknowledged\.\n/,
    'After the second run 200 are acknowledged, 200 are in batches, 0 of them twice.\n',
  ],
  'exactly-once-output': [
    'Killed when a batch was written, and nobody could see it.\nThe program goes on where it was.\n',
    'Killed when a batch could be seen, and the checkpoint did not know.\nThe program goes on where it was.\n',
    'folders: 120 orders came, 120 are there, 120 different ones.\nfiles: 120 orders came, 120 are there, 120 different ones.\n',
  ],
  'http-events-dashboard': ['The page shows clicks on /, /bran, /flour\n'],
  'flume-events': ['The stream answers OK to 2 events.\nThe stream answers OK to 2 events.\nbakery: 15 bytes\nmill: 46 bytes\n'],
  'kinesis-word-count': ['the 8, water 4\n'],
  'observable-in-and-out': [/^so far: \/ \d+, \/bran \d+, \/flour \d+$/m, 'The stream has stopped, and the observable is complete.\n'],
  'file-folder-word-count': [printed('(the,2)'), '(wheel,1)\n', '(water,1)\n', '(flour,1)\n', 'Counted 13 words in 3 files.\n'],
  'recoverable-word-count': [
    'The program begins.\nThe program was killed.\nThe program goes on where it was.\nend 12, mill 12, the 24, turns 24, wheel 12\n',
  ],
  'save-as-text': ['sold-TIME.txt: _SUCCESS part-00000\n'.repeat(3), '(bran,1) (bran,1) (flour,1) (flour,2) (semolina,1)\n'],
  'top-hashtags': [
    'window 1: #bread 2, #morning 1, #mill 1\n', 'window 4: #mill 5, #bread 3, #race 2\n', 'window 5: #race 5, #mill 4, #help 2\n',
  ],
  'log-error-rates': [/^the half second before \d+ ms:\n {2}bakery {4}8\.3 % errors of 12, slowest 54 ms\n/, / {2}bakery {3}50\.0 % errors of 24, slowest 54 ms {2}ALARM\n/],
  'own-connector': [
    'ok: on local: every record comes once, and a batch read again is the same\n', 'ok: killed in the middle of a batch and recovered: nothing is lost\n',
    'ok: of several attempts at a partition one counts\n', 'ok: killed before commit and recovered: every record is there once\n', 'mill 1, the 3, turns 2, wheel 2\n',
  ],
  'logs-to-hourly-parquet': [
    'hour=2026-01-01T07: 3 hits, 1 errors, 1024 bytes\nhour=2026-01-01T08: 1 hits, 0 errors, 64 bytes\n', 'not understood: ["the wheel squeaks"]\n',
  ],
  'word-count-to-duckdb': ['the: 5 times in 3 batches\nmill: 2 times in 2 batches\nturns: 2 times in 1 batches\n'],
  'clickstream-to-duckdb': ['600 clicks of 7 visitors\n/flour: 240 views\n/: 120 views\n/bran: 120 views\n'],
  'kafka-word-count': ['full 1, is 1, mill 2, race 1, stands 1, the 4, turns 2, wheel 1\n4 records of 2 partitions\n', 'The next run would go on behind 4 records.\n'],
  'kafka-in-and-out': ['mill 1, the 2, turns 2, wheel 1\nmill 2, stands 1, the 3, turns 2, wheel 1\n'],
  'kafka-exactly-once': ['100 numbers in 3 lives, each once\n'],
  'join-with-a-table': ['batch 1: 2 flour for 240 cents\nbatch 2: 5 coal has no price\nbatch 2: 1 flour for 150 cents\nbatch 3: 3 bran for 135 cents\n'],
  'blacklist-with-broadcast-and-accumulator': [
    / mill 1, wheel 1; dropped so far: 3\n/, / bran 1, flour 1, race 1, water 1; dropped so far: 7\n/, / end 1; dropped so far: 8\n/,
    'Dropped 8 words in all.\n',
  ],
}

const names = fs.readdirSync(path.join(root, 'samples')).filter(file => file.endsWith('.ts')).map(file => file.slice(0, -3)).sort()
const atATime = 4
const ends = new Map<string, Promise<Ended>>()

/** Runs all samples, a few at a time: they mostly wait for their batches. */
beforeAll(() => {
  names.forEach((name, i) => {
    const before = i < atATime ? undefined : ends.get(names[i - atATime]!)
    ends.set(name, (async () => {
      await before
      // What the AWS SDK says of Node 20 is not the samples'.
      return runMillrace(['run-example', name], { env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } })
    })())
  })
})

afterAll(() => Promise.allSettled(ends.values()))

test('the table knows every sample', () => { expect(Object.keys(expected).sort()).toEqual(names) })

test.each(names)('%s', async name => {
  const { code, stdout, stderr } = await ends.get(name)!
  const expectedWarnings = /^WARN {2}(ReceiverSupervisor: Thermometers-0: |FileInputDStream: Time taken to find new files \(\d+ ms\) exceeds ).*\n/gm
  expect({ code, stderr: stderr.replace(expectedWarnings, '') }).toEqual({ code: 0, stderr: '' })
  let rest = stdout
  for (const part of expected[name]!) {
    const at = typeof part === 'string' ? rest.indexOf(part) : rest.search(part)
    if (at < 0) throw new Error(`expected ${part} in what follows:\n${rest}\nof all:\n${stdout}`)
    rest = rest.slice(at + (typeof part === 'string' ? part.length : 1))
  }
})
