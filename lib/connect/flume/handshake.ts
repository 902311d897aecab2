/**
 * How the two sides of Avro RPC find out about each other's protocols: with the first message of a connection, until both know.
 *
 *   question = client's hash (16 bytes) | client's protocol, string or null | server's hash as the client knows it | meta, map or null
 *   answer   = match (0 both, 1 client, 2 none) | server's protocol or null | server's hash or null | meta or null
 */
import { damaged, type AvroReader, type AvroWriter } from './avro-bytes'
import { whatIsOther, type AvroProtocol } from './protocols'

export const hashBytes = 16
const matches = { both: 0, client: 1, none: 2 } as const

export interface HandshakeRequest {
  readonly clientHash: Buffer
  readonly clientProtocol: string | undefined
  readonly serverHash: Buffer
}

export function readHandshake(reader: AvroReader): HandshakeRequest {
  const clientHash = Buffer.from(reader.fixed(hashBytes))
  const clientProtocol = reader.optional(() => reader.string())
  const serverHash = Buffer.from(reader.fixed(hashBytes))
  reader.optional(() => reader.map(() => reader.bytesOf()))
  return { clientHash, clientProtocol, serverHash }
}

/** The clients whose protocols a server knows. */
export class KnownClients {
  private readonly hashes = new Set<string>()

  constructor(private readonly protocol: AvroProtocol) {}

  /** Writes the answer. True when both sides know enough for the call; throws for a protocol that is another. */
  answer({ clientHash, clientProtocol, serverHash }: HandshakeRequest, writer: AvroWriter): boolean {
    const { protocol, hashes } = this
    const key = clientHash.toString('hex')
    if (clientProtocol !== undefined && !hashes.has(key)) {
      const other = whatIsOther(clientProtocol, protocol)
      if (other !== undefined) damaged(other)
      // Clients are few; strangers that send many are not to fill the memory.
      if (hashes.size >= knownMax) hashes.clear()
      hashes.add(key)
    }
    const isKnown = hashes.has(key)
    const isSame = serverHash.equals(protocol.hash)
    writer.long(!isKnown ? matches.none : isSame ? matches.both : matches.client)
    // To a client that knows our hash and not whether we know its own, Java's client needs our protocol all the same.
    if (isKnown && isSame) writer.long(0).long(0)
    else writer.long(1).string(protocol.text).long(1).fixed(protocol.hash)
    writer.long(0)
    return isKnown
  }
}

const knownMax = 1_000

/** The question of a client: with its protocol in full, which costs little once a connection. */
export function writeHandshake(writer: AvroWriter, { text, hash }: AvroProtocol, serverHash: Uint8Array): void {
  writer.fixed(hash).long(1).string(text).fixed(serverHash).long(0)
}

/** What a server has answered: whether the call has been made, and the hash of its protocol. */
export function readAnswer(reader: AvroReader, protocol: AvroProtocol): { readonly isMade: boolean, readonly serverHash: Buffer | undefined } {
  const match = reader.long()
  const serverProtocol = reader.optional(() => reader.string())
  const serverHash = reader.optional(() => Buffer.from(reader.fixed(hashBytes)))
  reader.optional(() => reader.map(() => reader.bytesOf()))
  const other = serverProtocol === undefined ? undefined : whatIsOther(serverProtocol, protocol)
  if (other !== undefined) damaged(other)
  return { isMade: match !== matches.none, serverHash }
}
