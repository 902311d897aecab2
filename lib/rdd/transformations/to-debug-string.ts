/**
 * toDebugString: the lineage as a tree. A line holds an RDD; below it stand its parents, and a shuffle starts
 * a new level, with the number of partitions in front:
 *
 *     (2) shuffleRDD[2] at reduceByKey at app.ts:3 []
 *      +-(3) mapRDD[1] at map at app.ts:2 []
 *         |  parallelizeRDD[0] at parallelize at app.ts:1 []
 */
import type { StoredRdd } from '../runner'
import { StorageLevel } from '../storage-level'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /** This RDD and what it is computed from, for people. Counterpart: RDD.toDebugString. */
    toDebugString(): string
  }
}

/** What stands in front: of an RDD's first line, of its further lines, and of all lines below it. */
interface Margin { readonly first: string, readonly further: string, readonly below: string }

RDD.prototype.toDebugString = function (this: RDD<any>): string {
  const stored = new Map(this.context.runner.storedRdds().map(info => [info.id, info]))
  const lines: string[] = []
  const margin = levelMargin('', '', this)
  // Kept from Spark: one space more, and only here.
  write(this, { ...margin, further: `${margin.below} ` }, stored, lines)
  return lines.join('\n')
}

function write(rdd: RDD<any>, margin: Margin, stored: ReadonlyMap<number, StoredRdd>, lines: string[]): void {
  const own = describeRdd(rdd, stored.get(rdd.id))
  own.forEach((line, index) => lines.push(`${index === 0 ? margin.first : margin.further}${line}`))
  const { below } = margin
  rdd.dependencies.forEach((dependency, index, all) => {
    const next = dependency.shuffle
      ? shuffleMargin(below, dependency.rdd, index === all.length - 1)
      : { first: below, further: below, below }
    write(dependency.rdd, next, stored, lines)
  })
}

function describeRdd(rdd: RDD<any>, info: StoredRdd | undefined): string[] {
  const level = rdd.getStorageLevel()
  const line = `${rdd} [${level.equals(StorageLevel.NONE) ? '' : level.description}]`
  if (info === undefined) return [line]
  return [line, `    CachedPartitions: ${info.partitionsCached}; MemorySize: ${bytesText(info.memoryBytes)}; `
    + `DiskSize: ${bytesText(info.diskBytes)}`]
}

/** `(3) ` in front, and a line drawn down from under the number. */
function levelMargin(first: string, before: string, rdd: RDD<any>): Margin {
  const count = `(${rdd.getNumPartitions()})`
  const left = Math.floor((count.length - 1) / 2)
  const below = `${before}${' '.repeat(left)}|${' '.repeat(count.length - left)}`
  return { first: `${first}${count} `, further: below, below }
}

/** The line drawn down ends here, unless more parents come after this one. */
function shuffleMargin(above: string, rdd: RDD<any>, isLast: boolean): Margin {
  const before = above.replace(/\|\s+$/, '')
  return levelMargin(`${before}+-`, `${before}${isLast ? '  ' : '| '}`, rdd)
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `512.0 B`, `3.4 KiB`: the largest unit of which there are two or more. */
function bytesText(bytes: number): string {
  let unit = 0
  let size = bytes
  while (size >= 2 * 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size.toFixed(1)} ${units[unit]}`
}
