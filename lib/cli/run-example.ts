/** millrace run-example [NAME]: the samples of the package, listed or run. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Command } from 'commander'
import { exitCodes } from './exit-codes'
import { runFile, withRunOptions, type RunOptions } from './run'

const folder = path.join(__dirname, '..', '..', 'samples')

interface Options extends RunOptions { readonly json?: boolean }

interface Sample { readonly name: string, readonly description: string }

export function runExampleCommand(setCode: (code: number) => void): Command {
  return withRunOptions(new Command('run-example'))
    .description('Run a sample by its name; without a name, list them.')
    .argument('[name]', 'such as network-word-count')
    .argument('[args...]', "the sample's own arguments")
    .option('--json', 'list as JSON')
    .allowUnknownOption()
    .action(async (name: string | undefined, args: string[], options: Options) => {
      const samples = listSamples()
      if (name === undefined) {
        process.stdout.write(options.json === true ? `${JSON.stringify(samples, null, 2)}\n` : table(samples))
      } else if (samples.some(sample => sample.name === name)) {
        setCode(await runFile(path.join(folder, `${name}.ts`), args, options))
      } else {
        process.stderr.write(`millrace: there is no sample ${name}; millrace run-example lists them\n`)
        setCode(exitCodes.usage)
      }
    })
}

/** Every sample with the first sentence of its opening comment. */
export function listSamples(): Sample[] {
  return fs.readdirSync(folder).filter(file => file.endsWith('.ts')).sort().map(file => ({
    name: file.slice(0, -3), description: firstSentence(fs.readFileSync(path.join(folder, file), 'utf8')),
  }))
}

function firstSentence(source: string): string {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? ''
  return /^.*?[.:](?=\s|$)/.exec(comment.replace(/\s*\n\s*\*\s?/g, ' ').trim())?.[0].replace(/:$/, '.') ?? ''
}

function table(samples: readonly Sample[]): string {
  const width = Math.max(...samples.map(sample => sample.name.length))
  return samples.map(({ name, description }) => `${name.padEnd(width)}  ${description}\n`).join('')
}
