/** A client's way to a MemoryKafka: requests wait while it is away, and end when the client disconnects. */
import { SparkError } from '../../base/errors'
import type { Broker, Tell } from './broker'
import type { BrokerState } from './broker-state'

/** All that was asked before the client disconnects: it ends then. */
export class Session {
  private readonly waiting = new Set<(error: Error) => void>()
  private ending: Error | undefined

  /** Settles as `promise` does, unless the session ends before. */
  until<R>(promise: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.ending !== undefined) return reject(this.ending)
      this.waiting.add(reject)
      void promise.then(resolve, reject).finally(() => { this.waiting.delete(reject) })
    })
  }

  end(error: Error): void {
    this.ending = error
    for (const reject of this.waiting) reject(error)
  }
}

export class Connection {
  /** What is asked now belongs to it. */
  session = new Session()

  constructor(readonly broker: Broker) {}

  connect(): Promise<void> { return this.reach(this.session) }

  disconnect(): void {
    this.session.end(new SparkError(`Disconnected from Kafka at ${this.broker.name}`))
    this.session = new Session()
  }

  /** Waits while the broker is away. */
  private async reach(session: Session): Promise<void> {
    for (let outage = this.broker.outage; outage !== undefined; outage = this.broker.outage) await session.until(outage)
  }

  async run<R>(operation: (tell: Tell, state: BrokerState) => R | Promise<R>, session = this.session): Promise<R> {
    await this.reach(session)
    return session.until(this.broker.run(operation))
  }
}
