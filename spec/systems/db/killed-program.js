// A program that kills.spec.ts kills: batches of 50 numbers into tables, each once. Argument: the options as JSON.
const { mysqlSink, postgresSink } = require('../../../dist/index.js')
const { runCounting } = require('../programs/counting.js')

const { folder, url, master, tables } = JSON.parse(process.argv[2])
const sink = url.startsWith('postgres') ? postgresSink : mysqlSink

runCounting({ appName: 'killed', folder, master, perBatch: 50 }, numbers => {
  numbers.saveTo(sink({ url, table: tables.added, columns: ['n'], batchTime: 'batch_time', row: n => [n] }), { uid: 'added' })
  numbers.saveTo(sink({ url, table: tables.keyed, columns: ['k', 'n'], key: ['k'], row: n => [n % 7, n] }), { uid: 'keyed' })
  numbers.foreachRDD((rdd, _time, output) => rdd.saveToTable({ url, table: tables.written, columns: ['n'], batchTime: 'batch_time', row: n => [n] }, output), { uid: 'written' })
})
