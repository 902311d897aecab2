/**
 * HTTP events to a dashboard: clicks are posted to /clicks, counted by page over the last second, and shown on a page that
 * server-sent events keep up to date. The sample posts clicks itself and reads the events as a browser would; with
 * `--port 8080` it goes on until Ctrl-C, for a browser to look at: http://127.0.0.1:8080/
 */
import { parseArgs } from 'node:util'
import { Milliseconds, Seconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

interface Click { readonly page: string, readonly user: number }

const page = `<!doctype html><meta charset="utf-8"><title>Clicks</title>
<h1>Clicks of the last second</h1><table id="counts"></table>
<script>
new EventSource('/counts').onmessage = ({ data }) => {
  const rows = JSON.parse(data).values.sort().map(cells => {
    const row = document.createElement('tr')
    for (const cell of cells) row.appendChild(document.createElement('td')).textContent = cell
    return row
  })
  document.getElementById('counts').replaceChildren(...rows)
}
</script>`

const { values: { port: given } } = parseArgs({ options: { port: { type: 'string' } } })
const port = Number(given ?? 0)

/** What a page in a browser does. */
async function post(url: string): Promise<void> {
  const pages = ['/', '/flour', '/bran', '/']
  for (let user = 0; user < 40; user++) {
    const clicks: Click[] = [{ page: pages[user % pages.length]!, user }]
    const { ok } = await fetch(url, { method: 'POST', body: JSON.stringify(clicks) })
    if (!ok) throw new Error('a click was not taken')
  }
}

/** What EventSource does, until an event has all pages. */
async function allCounts(url: string): Promise<readonly [page: string, count: number][]> {
  const { body } = await fetch(url)
  let text = ''
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (const [, data] of text.matchAll(/^data: (.*)\n\n/gm)) {
      const { values } = JSON.parse(data!) as { values: [string, number][] }
      if (values.length === 3) return values
    }
  }
  throw new Error('the events have ended')
}

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('HttpEventsDashboard'), Milliseconds(500))
  const clicks = ssc.httpStream<Click>({ port, path: '/clicks', format: 'json', maxBodyBytes: 10_000 })
  const counts = clicks.map(click => [click.page, 1]).reduceByKeyAndWindow((a, b) => a + b, Seconds(1))
  const served = counts.serveEvents({ port, path: '/counts', page, batches: true })
  if (given === undefined) stopAfter(ssc, 4)
  await ssc.start()

  const clicksAt = `http://127.0.0.1:${clicks.address!.port}/clicks`
  const countsAt = `http://127.0.0.1:${served.address!.port}/counts`
  if (given !== undefined) {
    console.log(`Look at http://127.0.0.1:${port}/ and post clicks:\n  curl -d '[{"page":"/flour","user":1}]' ${clicksAt}`)
  } else {
    const shown = allCounts(countsAt)
    await post(clicksAt)
    console.log('The page shows clicks on', (await shown).map(([name]) => name).sort().join(', '))
  }
  await ssc.awaitTermination()
}

void main()
