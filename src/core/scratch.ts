/**
 * Memory for values that are dead when the function that took them returns. Fresh megabytes for every look at a picture
 * cost more in zeroed pages and collected garbage than the arithmetic on them.
 */

/**
 * A buffer that grows to the largest size asked for and is kept: for sizes with a known limit, and for one holder.
 *
 * @returns gives `size` values of unknown content, valid until the next call.
 */
export function createScratch(): (size: number) => Float32Array {
  let buffer = new Float32Array(0);
  return (size) => {
    if (buffer.length < size) buffer = new Float32Array(size);
    return buffer.subarray(0, size);
  };
}
