/** `millrace doctor`: what this machine has, for people and for programs. */
import { runMillrace } from '../support/command'

test('a line a finding, optional parts marked', async () => {
  const { code, stdout, stderr } = await runMillrace(['doctor'], { env: { SPARK_HOME: '/no/spark' } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(`ok        Node               ${process.versions.node}\n`)
  expect(stdout).toContain('ok        Spark              /no/spark\n')
  for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^(ok {6}|optional|WRONG {3}) {2}\S.* \S/)
})

test('--json', async () => {
  const { code, stdout } = await runMillrace(['doctor', '--json'])
  expect(code).toBe(0)
  const findings = JSON.parse(stdout) as { name: string, state: string, detail: string }[]
  expect(findings.map(finding => finding.name)).toEqual(expect.arrayContaining(
    ['millrace', 'Node', 'cores', 'memory', 'loopback', 'port 9999', 'kafkajs', '@duckdb/node-api', 'Java', 'Spark']))
  for (const { state, detail } of findings) {
    expect(['ok', 'missing']).toContain(state)
    expect(detail).not.toBe('')
  }
})
