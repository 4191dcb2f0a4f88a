/**
 * Memory that is used again. Fresh megabytes for every look at a picture
 * cost more in zeroed pages and collected garbage than the arithmetic on them.
 */

type Values = Float32Array | Float64Array | Uint8Array;

/**
 * A buffer that grows to the largest size asked for and is kept: for values that are dead when the function that took them
 * returns, for sizes with a known limit, and for one holder.
 *
 * @returns gives `size` values of unknown content, valid until the next call.
 */
export function createScratch<T extends Values>(
  Kind: new (size: number) => T,
): (size: number) => T {
  let buffer = new Kind(0);
  return (size) => {
    if (buffer.length < size) buffer = new Kind(size);
    return buffer.subarray(0, size) as T;
  };
}

export interface Room {
  /** `bytes` or more of unknown content, for the taker alone until it is given back. */
  take(bytes: number): ArrayBuffer;
  /** What is not given back is collected like anything else. */
  give(buffer: ArrayBuffer): void;
}

/** For values that live longer than a call, of sizes with a known limit. Of what is given back the largest buffer is kept. */
export function createRoom(): Room {
  let free = new ArrayBuffer(0);
  return {
    take(bytes) {
      if (free.byteLength < bytes) return new ArrayBuffer(bytes);
      const taken = free;
      free = new ArrayBuffer(0);
      return taken;
    },
    give(buffer) {
      if (buffer.byteLength > free.byteLength) free = buffer;
    },
  };
}
