// The page docs/connectors.md: every outside system in one table, then the options of each operator from the tables that check
// them. A name in the table that does not exist, and options that no row leads to, are errors.
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const exactly = 'exactly once'
const logged = 'exactly once after the log; the peer may send again what was not acknowledged'

/** What is read from and written to, with the package that its user installs, and what is promised with a checkpoint folder. */
const systems = [
  { system: 'Files: text, binary, JSON lines, CSV, Parquet, Hadoop', source: ['textFileStream', 'fileStream', 'jsonFile', 'jsonFileStream', 'csvFile', 'csvFileStream', 'parquetFile', 'parquetFileStream', 'sequenceFile', 'sequenceFileStream', 'hadoopFile'], sink: ['saveAsTextFiles', 'saveAsJsonFiles', 'saveAsCsvFiles', 'saveAsParquetFiles', 'saveAsObjectFiles', 'saveAsHadoopFiles', 'saveAsCsvFile', 'saveAsParquetFile', 'saveAsHadoopFile'], packages: ['hyparquet', 'hyparquet-writer'], packagesFor: 'Parquet: ', promise: exactly, page: 'formats.md' },
  { system: 'HDFS, S3', source: [], sink: [], packages: ['@aws-sdk/client-s3'], packagesFor: 'S3: ', promise: 'that of files: wherever there is a path, `hdfs://` and `s3://` are paths', page: 'file-systems.md' },
  { system: 'Kafka', source: ['createDirectStream', 'KafkaUtils.createRDD', 'kafkaParams'], sink: ['saveToKafka'], packages: ['kafkajs-snappy', 'lz4-napi', '@bokuweb/zstd-wasm', 'avsc'], packagesFor: 'snappy, lz4, zstd, Avro: ', promise: 'source: exactly once; sink: at least once, with `transactional` exactly once', page: 'kafka.md' },
  { system: 'Kafka, as a group\'s member', source: ['kafkaReceiverStream'], sink: [], packages: [], promise: logged, page: 'kafka.md' },
  { system: 'Kinesis', source: ['KinesisInputDStream.builder'], sink: [], packages: ['@aws-sdk/client-kinesis', '@smithy/node-http-handler'], promise: exactly, page: 'kinesis.md' },
  { system: 'Flume', source: ['FlumeUtils.createStream', 'FlumeUtils.createPollingStream'], sink: [], packages: [], promise: logged, page: 'flume.md' },
  { system: 'HTTP, server-sent events, WebSocket', source: ['httpStream'], sink: ['serveEvents', 'serveWebSocket'], packages: ['ws'], packagesFor: 'WebSocket: ', promise: `source: ${logged}; served events: to those who listen`, page: 'http.md' },
  { system: 'TCP', source: ['socketTextStream', 'socketStream', 'rawSocketStream'], sink: [], packages: [], promise: 'source: what was not in a batch is lost with the process' },
  { system: 'PostgreSQL', source: ['tableRDD', 'JdbcRDD'], sink: ['postgresSink', 'saveToTable'], packages: ['pg'], promise: exactly, page: 'databases.md' },
  { system: 'MySQL, MariaDB', source: ['tableRDD', 'JdbcRDD'], sink: ['mysqlSink', 'saveToTable'], packages: ['mysql2'], promise: exactly, page: 'databases.md' },
  { system: 'Cassandra', source: ['cassandraTable'], sink: ['cassandraSink'], packages: ['cassandra-driver'], promise: 'rows by their primary key: a batch that is written again replaces itself', page: 'databases.md' },
  { system: 'DuckDB', source: ['tableRDD', 'JdbcRDD'], sink: ['duckDBSink', 'saveToTable'], packages: ['@duckdb/node-api'], promise: exactly, page: 'writing-a-sink.md' },
  { system: 'rxjs', source: ['observableStream'], sink: ['toObservable'], packages: [], promise: 'what was not in a batch is lost with the process' },
  { system: 'No system', source: ['generatorStream', 'queueStream', 'ConstantInputDStream'], sink: ['print', 'foreachRDD'], packages: [], promise: '`generatorStream`: exactly once' },
  { system: 'Your own', source: ['ReplayableInputDStream', 'Receiver', 'InputDStream'], sink: ['saveTo'], packages: [], promise: 'as [writing-a-connector.md](writing-a-connector.md) says' },
]

const cell = text => String(text).replace(/\|/g, '\\|').replace(/\n/g, ' ')

/** The text of the page. */
module.exports = function connectorsPage(generated) {
  const tables = documentedTables()
  const listed = systems.flatMap(({ source, sink }) => [...source, ...sink])
  // `kafkaParams of saveToKafka` belongs to saveToKafka.
  const missing = [...tables.keys()].filter(operator => !listed.includes(operator.split(' of ').at(-1)))
  const unknown = listed.filter(name => !exists(name, tables))
  const wrong = [...missing.map(name => `${name} has options and no row`), ...unknown.map(name => `${name} does not exist`)]
  if (wrong.length > 0) throw new Error(`scripts/connectors.js: ${wrong.join(', ')}`)
  const anchor = name => `[\`${name}\`](#${name.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')})`
  const link = name => {
    const parts = [...tables.keys()].filter(operator => operator.endsWith(` of ${name}`)).map(anchor)
    return [tables.has(name) ? anchor(name) : `\`${name}\``, ...parts].join(', ')
  }
  const rows = systems.map(({ system, source, sink, packages, packagesFor = '', promise, page }) => {
    const title = page !== undefined && fs.existsSync(path.join(root, 'docs', page)) ? `[${system}](${page})` : system
    return `| ${title} | ${source.map(link).join(', ')} | ${sink.map(link).join(', ')} | ${packagesFor}${packages.map(name => `\`${name}\``).join(', ')} | ${cell(promise)} |`
  })
  const sections = [...tables].map(([operator, table]) => `## ${operator}\n\n${optionRows(table)}`)
  return `# Connectors

${generated}
What streams read from and write to. Packages in the fourth column are not installed with Millrace: \`npm install\` them where they are used; without one, the error that
names it has the line. The last column says what is promised to a program with a checkpoint folder when its process dies at any moment: [fault-tolerance.md](fault-tolerance.md).
How to write one of your own: [writing-a-connector.md](writing-a-connector.md).

| system | source | sink | package | promise |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Below are the options of each operator. An option that does not exist is refused at the call, with the nearest that does.

${sections.join('\n\n')}
`
}

function optionRows(table) {
  const rows = Object.entries(table).map(([name, option]) =>
    `| \`${name}\` | ${defaultOf(option)} | ${kindOf(option)} | ${cell(option.doc)} |`)
  return `| option | default | kind | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`
}

function defaultOf({ default: value, defaultText, isRequired }) {
  if (isRequired === true) return '*required*'
  if (defaultText !== undefined) return cell(defaultText)
  if (value === undefined) return ''
  return `\`${cell(typeof value === 'number' ? value : JSON.stringify(value))}\``
}

function kindOf({ kind, unit, minimum, values }) {
  const name = kind === 'integer' ? 'whole number' : kind
  const range = values !== undefined ? `one of ${values.map(value => `\`${cell(JSON.stringify(value))}\``).join(', ')}` : kind === 'any' ? '' : name
  return [range, unit, minimum === undefined ? undefined : `${minimum} or more`].filter(each => each !== undefined && each !== '').join(', ')
}

/** The tables of all connectors, by operator. */
function documentedTables() {
  require(path.join(root, 'dist', 'index.js'))
  for (const file of filesBelow(path.join(root, 'dist', 'connect'))) {
    if (file.endsWith('.js') && fs.readFileSync(file, 'utf8').includes('optionTable)(')) require(file)
  }
  const { documentedOptions } = require(path.join(root, 'dist', 'connect', 'support', 'option-table.js'))
  return new Map(documentedOptions().map(({ operator, table }) => [operator, table]).sort(([a], [b]) => a.localeCompare(b)))
}

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(name) : [name]
  })
}

/** Whether there is such an option table, public name, or method of a public class. */
function exists(name, tables) {
  const all = require(path.join(root, 'dist', 'index.js'))
  const [first, second] = name.split('.')
  if (tables.has(name)) return true
  if (second !== undefined) return typeof all[first]?.[second] === 'function' || typeof all[first]?.prototype?.[second] === 'function'
  return first in all || ['StreamingContext', 'SparkContext', 'DStream', 'RDD'].some(owner => typeof all[owner].prototype[first] === 'function')
}
