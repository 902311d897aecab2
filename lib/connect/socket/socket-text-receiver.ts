/**
 * Lines of text from a socket. The bytes stay bytes; where a line is held to a rate, the limit counts lines.
 */
import { logFor } from '../../base/log'
import { readChunks, SocketReceiver, type Connection } from './socket-receiver'

const log = logFor('SocketTextReceiver')

export class SocketTextReceiver extends SocketReceiver<string> {
  protected override onConnect(connection: Connection): void {
    const { supervisor } = this
    readChunks(connection, supervisor, chunk => supervisor.addText(chunk))
  }

  /**
   * A last line without a line end is a line when the sender has ended; when the connection broke, it is half
   * a line.
   */
  protected override onEnd(isClean: boolean): void {
    const droppedBytes = this.supervisor.endText(isClean)
    if (droppedBytes > 0) log.info(`the connection broke within a line: ${droppedBytes} bytes of it are dropped`)
  }
}
