/** A transactional sink of folders of files, which writes in tasks, and can be told to do wrong in the ways that sinks do. */
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../lib/index'

interface Places { readonly aside: string, readonly final: string }
interface Token extends Places { readonly files: readonly string[] }

export type SinkFault = 'shows at prepare' | 'abort does nothing' | 'commits again' | 'counts every attempt' | 'start removes everything' | 'start removes nothing'
  | 'begin keeps what is there' | 'refuses empty partitions' | 'cuts lines' | 'fails in silence' | 'keeps a timer'

export class FolderSink implements TransactionalSink<string, Places, string, Token> {
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly folder: string, private readonly fault?: SinkFault) {}

  async start({ prepared }: SinkStart<Token>): Promise<void> {
    if (this.fault === 'keeps a timer') this.timer = setInterval(() => {}, 10_000)
    if (this.fault === 'start removes nothing') return
    const kept = new Set(this.fault === 'start removes everything' ? [] : prepared.map(({ aside }) => path.basename(aside)))
    for (const name of await fs.readdir(this.folder)) {
      if (name.startsWith('.aside-') && !kept.has(name)) await fs.rm(path.join(this.folder, name), { recursive: true })
    }
  }

  async begin({ timeMs }: SinkBatch): Promise<Places> {
    const places = { aside: path.join(this.folder, `.aside-${timeMs}`), final: path.join(this.folder, String(timeMs)) }
    if (this.fault !== 'begin keeps what is there') await fs.rm(places.aside, { recursive: true, force: true })
    await fs.mkdir(places.aside, { recursive: this.fault === 'begin keeps what is there' || this.fault === 'fails in silence' })
    return places
  }

  async write({ aside }: Places, { index, attemptId }: SinkPartition, elements: Iterable<string>): Promise<string> {
    const name = `${index}-${attemptId}`
    const all: string[] = []
    try { for (const element of elements) all.push(element) } catch (error) { if (this.fault !== 'fails in silence') throw error }
    if (all.length === 0 && this.fault === 'refuses empty partitions') throw new Error('there is nothing to write')
    const text = this.fault === 'cuts lines' ? JSON.stringify(all.flatMap(each => each.split('\n'))) : JSON.stringify(all)
    await fs.writeFile(path.join(aside, name), text)
    return name
  }

  async prepare(places: Places, written: readonly string[]): Promise<Token> {
    const files = await fs.readdir(places.aside)
    if (this.fault !== 'counts every attempt' && this.fault !== 'begin keeps what is there') {
      for (const name of files) if (!written.includes(name)) await fs.rm(path.join(places.aside, name))
    }
    if (this.fault === 'shows at prepare') await fs.cp(places.aside, places.final, { recursive: true })
    return { ...places, files: written }
  }

  async commit({ aside, final }: Token): Promise<void> {
    if (this.fault === 'commits again') return fs.cp(aside, `${final}-${process.hrtime.bigint()}`, { recursive: true })
    await fs.rm(final, { recursive: this.fault === 'shows at prepare', force: true }).catch(() => {})
    await fs.rename(aside, final).catch(async error => { await fs.access(final).catch(() => { throw error }) })
  }

  async abort({ aside }: Places): Promise<void> {
    if (this.fault !== 'abort does nothing') await fs.rm(aside, { recursive: true, force: true })
  }

  /** A timer that was set is not cleared, as one may forget. */
  stop(): void { this.timer?.hasRef() }

  dispose(): void { clearInterval(this.timer) }
}
