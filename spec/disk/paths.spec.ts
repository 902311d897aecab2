/** Arithmetic on paths and URLs, against node:path for the machine's and its POSIX form for what is below a URL's root. */
import * as path from 'node:path'
import fc from 'fast-check'
import { baseName, isBelow, isRemotePath, joinPath, parentPath, resolvePath, schemeOf, splitPath, urlParts } from '../../lib/disk/paths'

const name = fc.string({ minLength: 1, maxLength: 8 }).filter(text => !text.includes('/') && text !== '.' && text !== '..' && !text.includes('\0'))
const names = fc.array(name, { maxLength: 5 })
const root = fc.constantFrom('s3://bucket', 'S3A://my.bucket', 'hdfs://host:8020', 'hdfs://', 'mem://x')

test('schemes, in small letters; drives and names with colons have none', () => {
  expect(['s3://b/k', 'S3A://b', 'file:/tmp', 'file:///tmp', 'hdfs:///a', '/tmp', 'a:b', 'C:\\a', 'C://a', 'a/b://c'].map(schemeOf))
    .toEqual(['s3', 's3a', 'file', 'file', 'hdfs', undefined, undefined, undefined, undefined, undefined])
  expect(isRemotePath('file:///tmp')).toBe(false)
  expect(isRemotePath('s3://b')).toBe(true)
})

test('paths of the machine are node:path\'s', () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z./]{1,20}$/), fc.stringMatching(/^[a-z./]{1,20}$/), (a, b) => {
    expect(resolvePath(a)).toBe(path.resolve(a))
    expect(joinPath(a, b)).toBe(path.join(a, b))
    expect(parentPath(a)).toBe(path.dirname(a))
    expect(baseName(a)).toBe(path.basename(a))
  }))
  expect(resolvePath('file:///tmp/../a')).toBe('/a')
  expect(joinPath('file:/tmp', 'a')).toBe('/tmp/a')
})

test('names joined to a URL come out again, whatever is in them', () => {
  fc.assert(fc.property(root, names, (base, all) => {
    const joined = joinPath(base, ...all)
    expect(urlParts(joined)!.names).toEqual(all)
    expect(splitPath(joined).names).toEqual(all)
    expect(splitPath(joined).root).toBe(joinPath(base))
    expect(resolvePath(joined)).toBe(joined)
    expect(baseName(joined)).toBe(all.at(-1) ?? '')
    expect(parentPath(joined)).toBe(joinPath(base, ...all.slice(0, -1)))
    if (all.length > 0) {
      expect(joinPath(parentPath(joined), baseName(joined))).toBe(joined)
      expect(isBelow(joined, parentPath(joined))).toBe(true)
    }
    expect(isBelow(joined, joined)).toBe(false)
  }))
})

test('a URL\'s names resolve as POSIX paths do, and never lead out of its root', () => {
  fc.assert(fc.property(root, fc.array(fc.constantFrom('a', 'b', '.', '..', ''), { maxLength: 8 }), (base, all) => {
    const expected = path.posix.resolve('/', all.join('/'))
    expect(resolvePath(`${base}/${all.join('/')}`)).toBe(joinPath(base) + expected.slice(1))
  }))
})

test('folders whose names begin alike are not below each other', () => {
  expect(isBelow('s3://b/a1', 's3://b/a')).toBe(false)
  expect(isBelow('s3://b/a/1', 's3://b/a')).toBe(true)
  expect(isBelow('s3://b/a', 's3://b/')).toBe(true)
  expect(isBelow('/ab', '/a')).toBe(false)
})

test('a password in a path is refused, and not repeated', () => {
  for (const at of ['s3://KEY:sEcReT@bucket/a', 'hdfs://user@host/a', 's3a://AKIA:a@b@bucket/x']) {
    let message = ''
    try { resolvePath(at) } catch (error) { message = (error as Error).message }
    expect(message).toContain('must not have a user name or password in it')
    expect(message).not.toMatch(/sEcReT|KEY|AKIA|user@/)
  }
})
