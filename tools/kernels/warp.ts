/** A plane read through a projective map, bilinear between samples, edges repeated. */

/** The sample at a place on or beyond the edge. */
function edgeSample(plane: usize, width: i32, height: i32, x: f64, y: f64): f64 {
  const cx = min<f64>(<f64>(width - 1), max<f64>(0, x));
  const cy = min<f64>(<f64>(height - 1), max<f64>(0, y));
  const x0 = <i32>cx;
  const y0 = <i32>cy;
  const rest = cx - <f64>x0;
  const right: usize = x0 < width - 1 ? 4 : 0;
  const below: usize = y0 < height - 1 ? (<usize>width) << 2 : 0;
  const a = plane + ((<usize>(y0 * width + x0)) << 2);
  const above = <f64>load<f32>(a) + <f64>(load<f32>(a + right) - load<f32>(a)) * rest;
  const under =
    <f64>load<f32>(a + below) + <f64>(load<f32>(a + below + right) - load<f32>(a + below)) * rest;
  return above + (under - above) * (cy - <f64>y0);
}

/**
 * @param map of output places to places of the plane, pixel middles at .5, eight `f64`: m0 m1 m2 m3 dx dy g h; (x, y) becomes
 *   (m0 x + m1 y + dx, m2 x + m3 y + dy) / (1 + g x + h y).
 * @param left place of the output's corner; likewise `top`.
 * @param inside one byte each: 1 where the plane had a sample.
 */
export function warp(
  plane: usize,
  width: i32,
  height: i32,
  map: usize,
  left: f64,
  top: f64,
  out: usize,
  inside: usize,
  outWidth: i32,
  outHeight: i32,
): void {
  const m0 = load<f64>(map);
  const m2 = load<f64>(map, 16);
  const g = load<f64>(map, 48);
  const h = load<f64>(map, 56);
  const flat = g == 0 && h == 0;
  const stride = (<usize>width) << 2;
  const lastX = <f64>(width - 1);
  const lastY = <f64>(height - 1);
  for (let y = 0; y < outHeight; y++) {
    const ty = top + <f64>y + 0.5;
    const rowX = load<f64>(map, 8) * ty + load<f64>(map, 32);
    const rowY = load<f64>(map, 24) * ty + load<f64>(map, 40);
    for (let x = 0; x < outWidth; x++, out += 4, inside++) {
      const tx = left + <f64>x + 0.5;
      let sx = m0 * tx + rowX;
      let sy = m2 * tx + rowY;
      if (!flat) {
        const depth = 1 / (1 + g * tx + h * ty);
        sx *= depth;
        sy *= depth;
      }
      sx -= 0.5;
      sy -= 0.5;
      if (sx >= 0 && sy >= 0 && sx < lastX && sy < lastY) {
        const x0 = <i32>sx;
        const y0 = <i32>sy;
        const a = plane + ((<usize>(y0 * width + x0)) << 2);
        const across = <f32>(sx - <f64>x0);
        const first = load<f32>(a);
        const below = load<f32>(a + stride);
        const above = first + (load<f32>(a + 4) - first) * across;
        const under = below + (load<f32>(a + stride + 4) - below) * across;
        store<f32>(out, above + (under - above) * <f32>(sy - <f64>y0));
        store<u8>(inside, 1);
      } else {
        store<u8>(inside, sx > -0.6 && sy > -0.6 && sx < lastX + 0.6 && sy < lastY + 0.6 ? 1 : 0);
        store<f32>(out, <f32>edgeSample(plane, width, height, sx, sy));
      }
    }
  }
}
