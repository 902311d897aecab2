/**
 * The one tool of the type specs, which `npm run types` checks and nothing runs: two types are the same, or
 * it does not compile.
 */

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false

/** Compiles when `actual` has exactly the type `Expected`: `is<DStream<number>>()(stream)`. */
export declare function is<Expected>(): <Actual>(
  actual: Actual, ...proof: Same<Actual, Expected> extends true ? []
    : ['the types differ', Actual, Expected]) => void
