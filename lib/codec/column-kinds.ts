/**
 * The form of a batch of records as columns. Numbers are little-endian, `n` a varint, `|` what begins at a
 * multiple of eight bytes.
 *
 *   batch     = version:u8 n column                       n records
 *   column    = kind:u8 body                              for as many values as the place of the column says
 *   constant  = value                                     as encodeValue writes it, n bytes before it
 *   int8      = | i8*        int16 = | i16*      int32 = | i32*
 *   float64   = | f64*       bigint64 = | i64*   date = | f64*
 *   booleans  = bits, low bits first
 *   latin1    = length:u32 bytes lengths                  all characters, then how many each string has
 *   utf16     = length:u32 bytes lengths
 *   lengths   = width:u8 | (u8* or u16* or u32*)
 *   dictionary = n column lengths                         the n distinct strings, then the number of each value
 *   tuple     = n column*                                 arrays of n elements
 *   struct    = n keys:s* column*                         objects with the same keys
 *   list      = lengths column                            arrays: how many elements each has, then all of them
 *   nullable  = states column                             2 bits a value: 0 present, 1 undefined, 2 null; those present
 *   generic   = n bytes                                   as encodeValues writes them
 */
export const columnsVersion = 1

export const columnKinds = {
  constant: 0, int8: 1, int16: 2, int32: 3, float64: 4, bigint64: 5, date: 6, booleans: 7, latin1: 8, utf16: 9,
  dictionary: 10, tuple: 11, struct: 12, list: 13, nullable: 14, generic: 15,
} as const

/** Arrays with up to so many elements become a column for each. */
export const tupleLengthMax = 8
/** Objects with up to so many keys become a column for each. */
export const structKeysMax = 32
/** Columns within columns; what lies deeper is generic. */
export const columnDepthMax = 4
/** Values in a column, elements of lists included. */
export const columnCountMax = 2 ** 26
