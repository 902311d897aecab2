/** Iterables for partition-level operators: whoever reads one twice gets all elements twice. */

/** An iterable that calls `open` anew for every reader. */
export function repeatable<T>(open: () => Iterator<T>): Iterable<T> { return { [Symbol.iterator]: open } }
