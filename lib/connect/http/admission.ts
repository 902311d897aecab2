/**
 * Who may use what is served. A browser lets any page send requests to this machine: pages of other origins are refused unless
 * they are named, and so are names that only look like this machine (DNS rebinding).
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ServedOptions } from './options'

/** Why a request is refused. */
export interface Refusal { readonly status: 401 | 403, readonly error: string }

type Rules = Required<Pick<ServedOptions, 'host' | 'origins'>> & Pick<ServedOptions, 'token'>

/** Undefined where the request may pass. */
export function refusalOf({ headers }: IncomingMessage, { host, origins, token }: Rules): Refusal | undefined {
  if (isLoopback(host) && !isLoopback(hostName(headers.host))) return { status: 403, error: 'This server is for its own machine; the Host header names another.' }
  const { origin } = headers
  if (origin !== undefined && !origins.includes('*') && !origins.includes(origin) && hostOf(origin) !== headers.host) {
    return { status: 403, error: 'Pages of this origin may not use it. Name the origin in `origins`.' }
  }
  if (token === undefined) return undefined
  return equal(headers.authorization ?? '', `Bearer ${token}`) ? undefined : { status: 401, error: 'The header Authorization: Bearer <token> is missing or wrong.' }
}

/** What a browser must be told so that a page of another origin may read the answer. */
export function originHeaders({ headers: { origin } }: IncomingMessage): Record<string, string> {
  return origin === undefined ? {} : { 'Access-Control-Allow-Origin': origin, 'Vary': 'Origin' }
}

function hostOf(origin: string): string | undefined { return URL.canParse(origin) ? new URL(origin).host : undefined }

function hostName(host = ''): string { return host.replace(/:\d+$/, '') }

function isLoopback(host: string): boolean { return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host) }

/** In a time that tells nothing of where they differ. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
