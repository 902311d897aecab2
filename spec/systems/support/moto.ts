/** Moto: S3 (and Kinesis) of Amazon's interface in one process. Its data is in memory: a restart starts empty. */
import { python } from './downloads'
import { System } from './system'

const version = '5.2.5'

/** What clients give as their keys; any would do. */
export const motoCredentials = { accessKeyId: 'specs', secretAccessKey: 'specs' }

/** Starts it, in about a second. The endpoint is `http://ADDRESS`; S3 wants `forcePathStyle: true`. */
export async function startMoto(): Promise<System> {
  const command = await python('moto', version, [`moto==${version}`, 'flask', 'flask-cors'])
  return System.start({
    name: 'moto',
    ports: ['http'],
    command: ({ ports }) => ({
      command, args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(ports.http)],
      env: { AWS_ACCESS_KEY_ID: 'specs', AWS_SECRET_ACCESS_KEY: 'specs', MOTO_S3_DEFAULT_KEY_BUFFER_SIZE: '67108864' },
    }),
    async isReady({ ports }) {
      try { return (await fetch(`http://127.0.0.1:${ports.http}/moto-api/`, { signal: AbortSignal.timeout(5_000) })).ok } catch { return false }
    },
  })
}
