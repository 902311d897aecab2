/** The package as its users get it: what is in it, and what its dependencies may not do. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { root } from './sources'

const read = (file: string): any => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'))
const manifest = read('package.json')
const lock = read('package-lock.json')

test('the packed package holds the build, the command, samples and documents, and nothing else', () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  const files: string[] = packed.files.map((file: { path: string }) => file.path)
  const places = [...new Set(files.map(file => file.includes('/') ? `${file.split('/')[0]}/` : file))].sort()
  expect(places).toEqual(['ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'bin/', 'dist/', 'docs/', 'package.json', 'samples/'])
  expect(files).toEqual(expect.arrayContaining([
    'bin/millrace', 'dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js', 'dist/testing/index.d.ts', 'dist/cli/main.js',
    'dist/cli/transpile.js', 'samples/network-word-count.ts', 'samples/support/line-feeder.ts', 'docs/concepts.md',
  ]))
  expect(files.filter(file => /\.spec\.|\.tgz$|node_modules/.test(file))).toEqual([])
})

test('what package.json points to is there', () => {
  const targets = [manifest.main, manifest.types, ...Object.values(manifest.bin), ...Object.values(manifest.exports).flatMap(each => typeof each === 'string' ? [each] : Object.values(each as object))]
  const sourceOf = (target: string): string => target.replace(/^(\.\/)?dist\/(.*?)(\.d\.ts|\.js)$/, 'lib/$2.ts')
  expect(targets.filter(target => !fs.existsSync(path.join(root, sourceOf(String(target)))))).toEqual([])
})

test('no dependency runs a script when it is installed: what has one is denied it, and works without', () => {
  const scripted = Object.entries<any>(lock.packages).filter(([, each]) => each.hasInstallScript === true && each.optional !== true)
    .map(([name]) => name.slice(name.lastIndexOf('node_modules/') + 'node_modules/'.length)).filter(name => manifest.allowScripts[name] !== false)
  expect(scripted).toEqual([])
  expect(Object.keys(manifest.scripts).filter(name => /^(pre|post)?install$/.test(name))).toEqual([])
})

test('the lockfile names no host that packages came from', () => {
  const text = fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')
  expect(Object.values<any>(lock.packages).filter(each => each.resolved !== undefined)).toEqual([])
  expect(text.match(/https?:\/\/(?!(github\.com|opencollective\.com|www\.patreon\.com|tidelift\.com|paulmillr\.com|dotenvx\.com|feross\.org)\b)[^"\s]*/g)?.filter(url => /registry|artifact|mirror|localhost|:\d{2,5}\b/.test(url)) ?? []).toEqual([])
})

test('every dependency has a decision record that names it', () => {
  const folder = path.join(root, 'docs', 'decisions')
  const records = fs.readdirSync(folder).map(file => fs.readFileSync(path.join(folder, file), 'utf8')).join('\n')
  expect(Object.keys(manifest.dependencies).filter(name => !records.includes(`\`${name}\``))).toEqual([])
})

test('decision records are numbered without gaps and have the four parts', () => {
  const folder = path.join(root, 'docs', 'decisions')
  const files = fs.readdirSync(folder).sort()
  files.forEach((file, i) => {
    expect(file).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`))
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    for (const part of ['Status:', '## Decision', '## Reason', '## Consequence']) expect(text).toContain(part)
    expect(text.split('\n').length).toBeLessThanOrEqual(60)
  })
})
