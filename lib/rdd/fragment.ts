/**
 * How an operator says what it does to each element: as a piece of source text for the loop that an engine generates.
 * User functions are constants of that loop and never part of its text; text never holds data.
 */

/** The loop under construction, as an operator sees it. */
export interface Loop {
  /** Passes a value in and returns the name by which the loop's text refers to it. */
  constant(value: unknown): string
  /** A variable name that nothing else in this loop uses. */
  variable(hint: string): string
  /** Declares something that starts anew with each partition. */
  perPartition(declaration: string): void
  /** The name that holds the index of the partition that the loop runs over. */
  readonly partition: string
}

/**
 * Writes the code for one element: `value` names the element, `next(name)` is the code that takes what comes out.
 * `next` may be used at most once, so that a chain of operators grows by its length and not by its square.
 */
export type Emit<A> = (loop: Loop, args: A, value: string, next: (value: string) => string) => string

/** The end of a loop: what happens to the elements that leave it. `each` may say `break source` to stop early. */
export interface SinkCode {
  readonly before?: string
  readonly each: (value: string) => string
  readonly after?: string
}
