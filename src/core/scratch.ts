/**
 * Memory for values that are dead when the function that took them returns. Fresh megabytes for every look at a picture
 * cost more in zeroed pages and collected garbage than the arithmetic on them.
 */

type Floats = Float32Array | Float64Array;

/**
 * A buffer that grows to the largest size asked for and is kept: for sizes with a known limit, and for one holder.
 *
 * @returns gives `size` values of unknown content, valid until the next call.
 */
export function createScratch<T extends Floats>(
  Kind: new (size: number) => T,
): (size: number) => T {
  let buffer = new Kind(0);
  return (size) => {
    if (buffer.length < size) buffer = new Kind(size);
    return buffer.subarray(0, size) as T;
  };
}
