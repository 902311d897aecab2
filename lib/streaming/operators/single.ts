/**
 * The functions and the partitioner of operators that bring a whole batch together under one key. They are
 * made once, here, so that every batch of every stream finds the same compiled loops.
 */
import { HashPartitioner } from '../../rdd/partitioner'

export const onePartition = new HashPartitioner(1)
export const underOneKey = (value: any): [number, any] => [0, value]
export const valueOf = (pair: any): any => pair[1]
export const oneOfOne = (_value: any): [number, number] => [0, 1]
export const withOne = (value: any): [any, number] => [value, 1]
export const add = (a: number, b: number): number => a + b
export const subtract = (a: number, b: number): number => a - b
