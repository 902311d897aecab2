/** Receivers for specs: they do what a spec tells them, when it tells them. */
import { Receiver } from '../../lib/index'

export class HandReceiver<T> extends Receiver<T> {
  readonly calls: string[] = []

  constructor(private readonly act: { onStart?: (receiver: HandReceiver<T>) => void | Promise<void>, onStop?: () => void | Promise<void> } = {}) { super() }

  override onStart(): void | Promise<void> {
    this.calls.push('onStart')
    return this.act.onStart?.(this)
  }

  override onStop(): void | Promise<void> {
    this.calls.push('onStop')
    return this.act.onStop?.()
  }
}
