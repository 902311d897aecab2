/**
 * The form of a value as bytes. Numbers are little-endian, `n` a varint, `s` a string: n = length * 2 + (1 if
 * UTF-16), then its characters, one byte each or two.
 *
 *   message = version:u8 flags:u8 value                    flags: bit 0 = back references are used
 *   batch   = version:u8 flags:u8 n value*
 *   value   = 0x80..0xFF                 a number from 0 to 127
 *           | 0x40..0x7F char*           a string of up to 63 one-byte characters
 *           | tag ...                    as below
 *   props   = n (s value)*
 *
 * Objects are numbered as they begin, within one value; a back reference names one by its number.
 */
export const valueVersion = 1
export const flagReferences = 1

export const smallNumber = 0x80
export const shortString = 0x40
export const shortStringMax = 63

export const tags = {
  undefined: 0, null: 1, true: 2, false: 3,
  /** n: zigzag of a whole number within 32 bits */
  integer: 4,
  /** f64 */
  double: 5,
  /** i64 */
  bigint64: 6,
  /** s: hexadecimal digits after an optional minus */
  bigint: 7,
  /** s */
  string: 8,
  /** n values */
  array: 9,
  /** within an array: n elements that are not there */
  holes: 10,
  /** n props: an object without a shape */
  object: 11,
  /** as object, with no prototype */
  nullObject: 12,
  /** n keys:s*, then as shaped: defines the next shape of the message */
  newShape: 13,
  /** n: the shape's number, then its values */
  shaped: 14,
  /** n (key value)* */
  map: 15,
  /** n value* */
  set: 16,
  /** f64 */
  date: 17,
  /** source:s flags:s lastIndex:value */
  regexp: 18,
  /** base:s, then props with a byte of errorFlags before each value */
  error: 19,
  /** kind:s n bytes */
  bytes: 20,
  /** n bytes */
  arrayBuffer: 21,
  /** value: a number, string, boolean or bigint in its object form */
  boxed: 22,
  /** n: the class's number in the message, then object or one of the built-in forms */
  instance: 23,
  /** name:s process:s id:n, then as instance: defines the next class of the message */
  newClass: 24,
  /** a value with props besides: an array or built-in with properties of its own */
  withProps: 25,
  /** n */
  reference: 26,
  /** s */
  url: 27,
  /** s */
  urlSearchParams: 28,
} as const

export const errorFlags = {
  enumerable: 1,
  /** The name is that of a symbol in the registry. */
  symbol: 2,
  /** Not its own: given by its class, and needed only where that is not known. */
  inherited: 4,
} as const
