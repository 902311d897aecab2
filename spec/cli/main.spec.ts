/** The command line itself: what it refuses, with exit code 2, and what it says of itself. */
import { tmpdir } from 'node:os'
import { runMillrace } from '../support/command'

describe('mistakes on the command line have exit code 2', () => {
  test.each([
    [['run'], "error: missing required argument 'file'"],
    [['run', 'no-such.ts'], 'millrace: there is no file no-such.ts'],
    [['run', '.'], 'millrace: . is not a file'],
    [['run', '--batchs', '3', 'ticks.ts'], 'millrace: unknown option --batchs'],
    [['run', 'ticks.ts', '--batches', '0'], "error: option '--batches <n>' argument '0' is invalid. It must be a whole number, 1 or more."],
    [['run', 'ticks.ts', '--seconds', 'soon'], "error: option '--seconds <s>' argument 'soon' is invalid. It must be a number above 0."],
    [['run', 'ticks.ts', '--seconds', '1', '--batches', '1'], "error: option '--batches <n>' cannot be used with option '--seconds <s>'"],
    [['run', 'ticks.ts', '--progress', 'xml'], "error: option '--progress <form>' argument 'xml' is invalid. Allowed choices are auto, json, none."],
    [['run', 'ticks.ts', '--conf', 'spark.master'], "error: option '--conf <key=value>' argument 'spark.master' is invalid. It must have the form key=value."],
    [['run', 'ticks.ts', '--conf', 'spark.streaming.blockInterval=often'], "error: option '--conf <key=value>' argument 'spark.streaming.blockInterval=often' is invalid. Illegal value"],
    [['grind'], "error: unknown command 'grind'"],
    [[], 'Usage: millrace [options] [command]'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runMillrace(args, { cwd: tmpdir() })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(message)).toBe(true)
  })

  test('help and version are no mistakes', async () => {
    const help = await runMillrace(['run', '--help'])
    expect(help.code).toBe(0)
    expect(help.stdout).toMatch(/^Usage: millrace run\|submit \[options\] <file> \[args\.\.\.\]\n/)
    expect(await runMillrace(['--version'])).toMatchObject({ code: 0, stdout: `${require('../../package.json').version}\n` })
  })
})
