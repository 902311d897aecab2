/** Every step that a crash can split from the next has a kill point behind it, and every kill point is somewhere. */
import ts from 'typescript'
import { killPoints } from '../../lib/base/kill-points'
import { everyNode, lineOf, sourcesBelow, type Source } from './sources'

/** What makes something durable, or changes names. */
const steps = /\.(sync|syncDirectory|rename|truncate)$/
/** These are the steps themselves. */
const disks = ['real-disk', 'memory-disk', 'crashing-disk', 'files', 'driver-disk'].map(name => `lib/disk/${name}.ts`)
const sources = sourcesBelow('lib').filter(({ file }) => !disks.includes(file))

function calls(node: ts.Node): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  everyNode(node, each => { if (ts.isCallExpression(each)) found.push(each) })
  return found.sort((a, b) => a.getEnd() - b.getEnd())
}

const named = (call: ts.CallExpression): string => call.expression.getText()

/** Steps that another one, or the end of their function, follows without a kill point between. */
function bare(source: Source): string[] {
  const found: string[] = []
  everyNode(source.tree, node => {
    const isFunction = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)
    if (!isFunction || node.body === undefined) return
    let open: ts.CallExpression | undefined
    for (const call of calls(node.body)) {
      if (named(call) === 'killPoint') open = undefined
      if (!steps.test(named(call))) continue
      if (open !== undefined) found.push(`${source.file}:${lineOf(source, open)}`)
      open = call
    }
    if (open !== undefined) found.push(`${source.file}:${lineOf(source, open)}`)
  })
  return found
}

test('a kill point follows every sync and every rename of lib/disk and lib/streaming', () => {
  const own = sources.filter(({ file }) => file.startsWith('lib/disk/') || file.startsWith('lib/streaming/'))
  expect(own.flatMap(bare)).toEqual([])
})

test('there are at least 40 kill points, and each is somewhere in lib', () => {
  const used = new Set(sources.flatMap(({ tree }) => calls(tree)).filter(call => named(call) === 'killPoint')
    .map(({ arguments: [name] }) => name !== undefined && ts.isStringLiteral(name) ? name.text : undefined))
  expect(Object.keys(killPoints).filter(name => !used.has(name))).toEqual([])
  expect(used.size).toBeGreaterThanOrEqual(40)
})
