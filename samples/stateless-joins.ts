/** Joins two streams batch by batch: orders with the payments that came in at the same time. */
import { Milliseconds, StreamingContext } from 'millrace'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

async function main(): Promise<void> {
  const ssc = new StreamingContext(settings('StatelessJoins'), Milliseconds(300))
  const orders = ssc.queueStream<[string, string]>([
    [['order-1', 'flour'], ['order-2', 'bran']],
    [['order-3', 'semolina']],
  ])
  const payments = ssc.queueStream<[string, number]>([
    [['order-1', 30], ['order-9', 12]],
    [['order-3', 18], ['order-2', 9]],
  ])

  const say = (text: string) => console.log(text)
  orders.join(payments).foreachRDD(async rdd => {
    const paid = await rdd.sortByKey().collect()
    for (const [order, [goods, amount]] of paid) say(`${order}: ${goods} is paid with ${amount}`)
  })
  orders.leftOuterJoin(payments).filter(([, [, amount]]) => amount === undefined).foreachRDD(async rdd => {
    const unpaid = await rdd.sortByKey().collect()
    for (const [order, [goods]] of unpaid) say(`${order}: ${goods} is not paid in this batch`)
  })
  orders.fullOuterJoin(payments).filter(([, [goods]]) => goods === undefined).foreachRDD(async rdd => {
    const unasked = await rdd.sortByKey().collect()
    for (const [order, [, amount]] of unasked) say(`${order}: ${amount} came without an order in this batch`)
  })
  stopAfter(ssc, 2)

  await ssc.start()
  await ssc.awaitTermination()
}

void main()
