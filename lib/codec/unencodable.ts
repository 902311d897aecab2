/** Thrown where a value has no form as bytes. Internal: the caller finds out where it lies, and says so. */
export class Unencodable extends Error {}
