/** A table that every thread gets once, used by the functions inside of a transform. */
import { golden } from '../golden'

export const transformWithBroadcast = golden<[string], string>({
  name: 'transform with a broadcast table',
  inputs: [[['de', 'fr', 'xx'], ['fr'], [], ['it', 'de']]],
  build: ([codes], ssc) => {
    const names = ssc.sparkContext.broadcast(new Map([['de', 'Germany'], ['fr', 'France'], ['it', 'Italy']]))
    return codes.transform((rdd, time) => {
      const second = time.milliseconds / 1_000
      return rdd.filter(code => names.value.has(code)).map(code => `${second}: ${names.value.get(code)}`)
    })
  },
  expected: [['1: Germany', '1: France'], ['2: France'], [], ['4: Italy', '4: Germany']],
  interpret: ([codes]) => {
    const names = new Map([['de', 'Germany'], ['fr', 'France'], ['it', 'Italy']])
    return codes.each((batch, timeMs) => batch.filter(code => names.has(code)).map(code => `${timeMs / 1_000}: ${names.get(code)}`))
  },
})
