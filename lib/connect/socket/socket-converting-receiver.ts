/**
 * Whatever a function makes of a socket's bytes. It is asked for one element after another, so it waits by
 * itself.
 */
import type { Readable } from 'node:stream'
import { Breather } from '../../base/event-loop'
import { describe } from '../../rdd/arguments'
import { SocketReceiver, type Address, type Connection } from './socket-receiver'

type Elements<T> = Iterable<T> | AsyncIterable<T>

/**
 * Makes elements of the bytes of one connection. It is called once a connection, and its result may be async.
 */
export type SocketConverter<T> = (stream: Readable) => Elements<T> | Promise<Elements<T>>

export class SocketConvertingReceiver<T> extends SocketReceiver<T> {
  constructor(address: Address, private readonly converter: SocketConverter<T>) { super(address) }

  protected override onConnect(connection: Connection): void {
    const { socket } = connection
    // After a whole stream the converter may still be busy with it; a broken one it may never see the end of.
    socket.once('close', () => {
      if (!socket.readableEnded) connection.end('The connection was closed. Trying to connect again')
    })
    this.read(connection).then(
      () => connection.end('Socket data stream had no more data. Trying to connect again'),
      (error: unknown) => connection.end('Error receiving data', error))
  }

  private async read(connection: Connection): Promise<void> {
    const elements: any = await this.converter(connection.socket)
    if (typeof elements !== 'object' || (elements?.[Symbol.iterator] ?? elements?.[Symbol.asyncIterator]) === undefined) {
      throw new TypeError('the converter given to socketStream must return an iterable or an async iterable, it returned'
        + ` ${describe(elements)}`)
    }
    if (typeof elements[Symbol.asyncIterator] === 'function') await this.takeFrom(connection, elements)
    else await this.takeAtOnce(connection, elements)
  }

  private async takeFrom(connection: Connection, elements: AsyncIterable<T>): Promise<void> {
    for await (const element of elements) {
      if (connection.isEnded) return
      const turn = this.supervisor.offer(element)
      if (turn !== undefined) await turn
    }
  }

  private async takeAtOnce(connection: Connection, elements: Iterable<T>): Promise<void> {
    const breather = new Breather()
    for (const element of elements) {
      if (connection.isEnded) return
      const turn = this.supervisor.offer(element) ?? breather.pause()
      if (turn !== undefined) await turn
    }
  }
}
