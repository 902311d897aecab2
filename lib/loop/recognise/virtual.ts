/**
 * Values as the byte loop knows them while it is written: never a string, only where a string's bytes are. `code` is an
 * expression of the generated text.
 */

export type Virtual =
  /** The text whose UTF-8 stands in `bytes` from `start` to `end`. */
  | { readonly kind: 'slice', readonly bytes: string, readonly start: string, readonly end: string, readonly hash?: string }
  | { readonly kind: 'text', readonly text: string }
  | { readonly kind: 'number', readonly code: string }
  | { readonly kind: 'boolean', readonly code: string }
  | { readonly kind: 'tuple', readonly items: readonly Virtual[] }

/** The pieces of a slice, in order: what flatMap goes over. `separator` is a byte, or runs of white space. */
export interface Pieces {
  readonly slice: Extract<Virtual, { kind: 'slice' }>
  readonly separator: number
}

/** Thrown where a function is not one that the byte loop can stand for. */
export class NotRecognised extends Error {}
