// kinesalite.js PORT FOLDER: kinesalite on loopback (its own command listens on every interface), with its data in FOLDER.
const [port, folder] = process.argv.slice(2)
require('kinesalite')({ path: folder, createStreamMs: 50, deleteStreamMs: 50, updateStreamMs: 50, shardLimit: 100 })
  .listen(Number(port), '127.0.0.1')
