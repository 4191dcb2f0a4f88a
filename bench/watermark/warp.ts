/** Projective warps with bilinear sampling; outside the picture is black, as in PIL and torchvision. */
import { createPixels, type Pixels } from '../../src/image/index.js';

/** Rows of the 3x3 matrix that takes output pixel centres (x + 0.5, y + 0.5) to input positions. */
export type Homography = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
export type Corners = readonly (readonly [number, number])[];

export function warp(image: Pixels, width: number, height: number, h: Homography): Pixels {
  const out = createPixels(width, height, 3);
  const { data } = image;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const [u, v] = [x + 0.5, y + 0.5];
      const w = h[6] * u + h[7] * v + h[8];
      const sx = (h[0] * u + h[1] * v + h[2]) / w - 0.5;
      const sy = (h[3] * u + h[4] * v + h[5]) / w - 0.5;
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      if (x0 < -1 || y0 < -1 || x0 >= image.width || y0 >= image.height) continue;
      let [r, g, b] = [0, 0, 0];
      for (let corner = 0; corner < 4; corner++) {
        const [cx, cy] = [x0 + (corner & 1), y0 + (corner >> 1)];
        if (cx < 0 || cy < 0 || cx >= image.width || cy >= image.height) continue;
        const weight = (1 - Math.abs(sx - cx)) * (1 - Math.abs(sy - cy));
        const from = (cy * image.width + cx) * 3;
        r += weight * data[from]!;
        g += weight * data[from + 1]!;
        b += weight * data[from + 2]!;
      }
      out.data[at] = r;
      out.data[at + 1] = g;
      out.data[at + 2] = b;
    }
  }
  return out;
}

/**
 * Counter-clockwise by `degrees` about the centre, as `PIL.Image.rotate`: on a canvas of the same size
 * (corners are cut off), or with `expand` on one that holds everything.
 */
export function rotated(image: Pixels, degrees: number, expand: boolean): Pixels {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const { width, height } = image;
  const span = (a: number, b: number): number => Math.ceil(Math.abs(a) + Math.abs(b) - 1e-6);
  const w = expand ? span(width * cos, height * sin) : width;
  const h = expand ? span(width * sin, height * cos) : height;
  const tx = width / 2 - (cos * w) / 2 + (sin * h) / 2;
  const ty = height / 2 - (sin * w) / 2 - (cos * h) / 2;
  return warp(image, w, h, [cos, -sin, tx, sin, cos, ty, 0, 0, 1]);
}

/** The homography that takes each corner of `from` to the corner of `to` with the same index. */
export function homography(from: Corners, to: Corners): Homography {
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i]!;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  for (let column = 0; column < 8; column++) {
    let best = column;
    for (let r = column; r < 8; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[best]![column]!)) best = r;
    }
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]!;
    const scale = pivot[column]!;
    for (let k = column; k < 9; k++) pivot[k] = pivot[k]! / scale;
    for (let r = 0; r < 8; r++) {
      const factor = rows[r]![column]!;
      if (r === column || factor === 0) continue;
      for (let k = column; k < 9; k++) rows[r]![k] = rows[r]![k]! - factor * pivot[k]!;
    }
  }
  const [a, b, c, d, e, f, g, h] = rows.map((row) => row[8]!) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return [a, b, c, d, e, f, g, h, 1];
}
