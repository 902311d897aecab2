/** Throws what every spec's functions throw. */
export function boom(): never
