// The text that all word counts count: 2 million words in 200,000 lines, 10,000 distinct words, Zipf-like.

const vocabulary = Array.from({ length: 10_000 }, (_, i) => `w${((Math.imul(i, 2_654_435_761) >>> 0) & 0x7fffffff).toString(36)}`)

function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

function wordLines(lineCount = 200_000, seed = 42) {
  const random = generator(seed)
  return Array.from({ length: lineCount }, () => {
    const words = []
    for (let i = 0; i < 10; i++) {
      const r = random()
      words.push(vocabulary[(10_000 * r * r * r) | 0])
    }
    return words.join(' ')
  })
}

module.exports = { wordLines, generator }
