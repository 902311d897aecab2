/**
 * Trying again, while a broker starts or leaders move: with growing pauses, until the time for it is over or the client is closed. A
 * loss is said once, and so is that it is over.
 */
import { systemClock } from '../../../base/clock'
import { MillraceError } from '../../../base/errors'
import { logFor } from '../../../base/log'
import { Pauses } from '../../support/pauses'
import { isEnding, isPassing, kafkaError } from './broker-errors'

const log = logFor('Kafka')

const endingPauseMs = 10

export interface RetryTimes { readonly apiTimeoutMs: number, readonly retryBackoffMs: number, readonly retryBackoffMsMax: number }

export class Retrying {
  private readonly pauses = new Pauses()

  constructor(private readonly times: RetryTimes, private readonly brokers: string) {}

  get isOver(): boolean { return this.pauses.isOver }

  end(): void { this.pauses.end() }

  /**
   * What `attempt` resolves to, when it does. `what` is what is to be done, as `reading partition 0 of topic words`. Rejects with a
   * MillraceError, which is retriable where a later try may succeed.
   */
  async run<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { apiTimeoutMs, retryBackoffMs, retryBackoffMsMax } = this.times
    const deadlineMs = systemClock.now() + apiTimeoutMs
    // The first failure is no news: leaders of new topics are known a moment later.
    for (let pauseMs = retryBackoffMs, failures = 0; ; pauseMs = Math.min(2 * pauseMs, retryBackoffMsMax)) {
      if (this.isOver) throw this.closed(what)
      try {
        const result = await attempt()
        if (failures > 1) log.info(`${what} works again`)
        return result
      } catch (error) {
        if (this.isOver) throw this.closed(what)
        if (!isPassing(error) || systemClock.now() + pauseMs > deadlineMs) throw kafkaError(what, this.brokers, error)
        if (isEnding(error)) {
          await this.pauses.wait(endingPauseMs)
          continue
        }
        if (++failures === 2) log.warn(`${what} failed: ${(error as Error).message}; trying again for ${Math.ceil(apiTimeoutMs / 1000)} s`)
      }
      await this.pauses.wait(pauseMs)
    }
  }

  private closed(what: string): MillraceError {
    return new MillraceError('MR_ILLEGAL_STATE', `${what} was given up: the connection to Kafka (${this.brokers}) was closed`)
  }
}
