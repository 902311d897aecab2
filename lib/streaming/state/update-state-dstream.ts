/** The state of updateStateByKey: at each batch the version before, with the function applied to every key. */
import type { Time } from '../../base/time'
import type { Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { stateEntries } from '../../rdd/state/readers'
import { stateCore } from '../../rdd/state/state-core'
import {
  replaceStateNode, returnedStatesNode, updateStateNode, type UpdateForm,
} from '../../rdd/state/update-state'
import type { DStream } from '../dstream'
import { StateDStream } from './state-dstream'

export interface Update {
  readonly f: Function
  readonly form: UpdateForm
  readonly partitioner: Partitioner
  readonly initialRDD: RDD<[any, any]> | undefined
  /** False for an iterator function that may return keys of other partitions. */
  readonly rememberPartitioner: boolean
}

export class UpdateStateDStream extends StateDStream {
  readonly partitioner: Partitioner

  constructor(private readonly parent: DStream<[any, any]>, private readonly update: Update, operator: string) {
    super(parent.context, [parent], operator)
    this.partitioner = update.partitioner
  }

  protected step(time: Time, previous: RDD<never> | undefined): RDD<never> | undefined {
    const { partitioner } = this
    const batch = this.parent.getOrCompute(time)?.partitionBy(partitioner)
    // Nothing came yet, and no state is there: it begins with the first batch that has an RDD.
    if (batch === undefined && previous === undefined) return undefined
    const initial = previous === undefined ? this.update.initialRDD?.partitionBy(partitioner) : undefined
    const { form, rememberPartitioner } = this.update
    return form === 'iterator' && !rememberPartitioner ? this.replaced(time, previous, initial, batch) : this.updated(time, previous, initial, batch)
  }

  private updated(time: Time, previous: RDD<never> | undefined, initial: RDD<any> | undefined, batch: RDD<any> | undefined): RDD<never> {
    const { f, form } = this.update
    const inputs = [initial, batch].filter(each => each !== undefined)
    const args = {
      store: this.store, version: time.milliseconds, partitioner: this.partitioner, f, form, operator: this.operator,
      hasInitial: initial !== undefined, hasBatch: batch !== undefined,
    }
    return stateCore(this.context.sparkContext, updateStateNode, args, previous, inputs)
  }

  /** All pairs that the function returns go to the partitions of their keys, and are the next version. */
  private replaced(time: Time, previous: RDD<never> | undefined, initial: RDD<any> | undefined, batch: RDD<any> | undefined): RDD<never> {
    const { partitioner, operator } = this
    const { sparkContext } = this.context
    const before = previous !== undefined ? stateEntries<any, any>(previous) : initial ?? sparkContext.emptyRDD<[any, any]>().partitionBy(partitioner)
    const parents = batch === undefined ? [before] : [before, batch]
    const returned = before.derive<[any, any]>(returnedStatesNode, { f: this.update.f, operator }, { parents }).partitionBy(partitioner)
    const args = { store: this.store, version: time.milliseconds, partitioner, operator }
    return stateCore(sparkContext, replaceStateNode, args, previous, [returned])
  }
}
