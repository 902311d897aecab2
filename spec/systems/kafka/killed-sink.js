// A program that kills.spec.ts kills: batches of 60 numbers into two topics, in transactions. Argument: the options as JSON; `killAt`
// ends it by SIGKILL before or after the n-th call of that kind to Kafka.
const { ClusterProducing } = require('../../../dist/connect/kafka/sink/cluster-producing.js')
const { requireProducerParams } = require('../../../dist/connect/kafka/sink/producer-params.js')
const { runCounting } = require('../programs/counting.js')

const { folder, servers, master, topics, killAt } = JSON.parse(process.argv[2])

/** A cluster as usual, and the end of the process between two steps. */
function client() {
  let calls = 0
  const dying = real => new Proxy(real, {
    get: (_target, name) => name !== killAt.step ? real[name].bind(real) : async (...args) => {
      const isNow = ++calls === killAt.count
      if (isNow && killAt.when === 'before') process.kill(process.pid, 'SIGKILL')
      const result = await real[name](...args)
      if (isNow) process.kill(process.pid, 'SIGKILL')
      return result
    },
  })
  return { producing: () => dying(new ClusterProducing(requireProducerParams('killed', { 'bootstrap.servers': servers }).cluster())) }
}

runCounting({ appName: `killed ${topics[0]}`, folder, master, perBatch: 60 }, numbers => {
  const two = topics
  numbers.saveToKafka(n => two[n % 2], {
    ...killAt === undefined ? { servers } : { client: client() }, transactional: true, uid: 'numbers', key: n => String(n % 7), value: n => String(n), batchBytes: 1_024,
  })
})
