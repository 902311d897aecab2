/** Joins of two streams, batch by batch: keys on one side, on both, and more than once. */
import { golden } from '../golden'

type Owner = [string, string]
type Price = [string, number]

const owners: Owner[][] = [[['car', 'ann'], ['car', 'bob'], ['bike', 'ann']], [['boat', 'cid']], []]
const prices: Price[][] = [[['car', 10], ['bike', 2], ['bike', 3], ['boat', 9]], [], [['car', 11]]]

export const join = golden<[Owner, Price], [string, [string, number]]>({
  name: 'join',
  inputs: [owners, prices],
  build: ([owner, price]) => owner.join(price),
  expected: [
    [['car', ['ann', 10]], ['car', ['bob', 10]], ['bike', ['ann', 2]], ['bike', ['ann', 3]]],
    [],
    [],
  ],
  interpret: ([owner, price]) => owner.join(price),
})

export const leftOuterJoin = golden<[Owner, Price], [string, [string, number | undefined]]>({
  name: 'left outer join',
  inputs: [owners, prices],
  build: ([owner, price]) => owner.leftOuterJoin(price),
  expected: [
    [['car', ['ann', 10]], ['car', ['bob', 10]], ['bike', ['ann', 2]], ['bike', ['ann', 3]]],
    [['boat', ['cid', undefined]]],
    [],
  ],
  interpret: ([owner, price]) => owner.leftOuterJoin(price),
})

export const fullOuterJoin = golden<[Owner, Price], [string, [string | undefined, number | undefined]]>({
  name: 'full outer join',
  inputs: [owners, prices],
  build: ([owner, price]) => owner.fullOuterJoin(price, 3),
  expected: [
    [['car', ['ann', 10]], ['car', ['bob', 10]], ['bike', ['ann', 2]], ['bike', ['ann', 3]], ['boat', [undefined, 9]]],
    [['boat', ['cid', undefined]]],
    [['car', [undefined, 11]]],
  ],
  interpret: ([owner, price]) => owner.fullOuterJoin(price),
})
