/** Pictures of one size in rows, side by side. */
import type { PlanarImage } from '../planar.js';

/** @param rows each of one or more pictures, all of one size and all rows of one length */
export function tile(rows: readonly (readonly PlanarImage[])[]): PlanarImage {
  const [first] = rows[0]!;
  const { width, height } = first!;
  const wide = rows[0]!.length * width;
  const high = rows.length * height;
  const data = new Float32Array(3 * wide * high);
  for (const [row, pictures] of rows.entries()) {
    for (const [column, picture] of pictures.entries()) {
      for (let line = 0; line < 3 * height; line++) {
        const c = Math.floor(line / height);
        const y = row * height + (line % height);
        const at = (c * high + y) * wide + column * width;
        data.set(picture.data.subarray(line * width, (line + 1) * width), at);
      }
    }
  }
  return { data, width: wide, height: high };
}
