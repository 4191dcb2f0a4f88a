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

/** Two samples on or beyond the edge, as `f32` in the first two lanes; both are as `edgeSample` makes them. */
function edgePair(plane: usize, width: i32, height: i32, x: v128, y: v128): v128 {
  const zero = f64x2.splat(0);
  const cx = f64x2.min(f64x2.splat(<f64>(width - 1)), f64x2.max(zero, x));
  const cy = f64x2.min(f64x2.splat(<f64>(height - 1)), f64x2.max(zero, y));
  const xs = i32x4.trunc_sat_f64x2_s_zero(cx);
  const ys = i32x4.trunc_sat_f64x2_s_zero(cy);
  const x0 = i32x4.extract_lane(xs, 0);
  const x1 = i32x4.extract_lane(xs, 1);
  const y0 = i32x4.extract_lane(ys, 0);
  const y1 = i32x4.extract_lane(ys, 1);
  const stride = (<usize>width) << 2;
  const a = plane + ((<usize>(y0 * width + x0)) << 2);
  const b = plane + ((<usize>(y1 * width + x1)) << 2);
  const belowA: usize = y0 < height - 1 ? stride : 0;
  const belowB: usize = y1 < height - 1 ? stride : 0;
  const rightA: usize = x0 < width - 1 ? 4 : 0;
  const rightB: usize = x1 < width - 1 ? 4 : 0;
  const rest = f64x2.sub(cx, f64x2.convert_low_i32x4_s(xs));
  const above = betweenTwo(a, a + rightA, b, b + rightB, rest);
  const c = a + belowA;
  const d = b + belowB;
  const under = betweenTwo(c, c + rightA, d, d + rightB, rest);
  const down = f64x2.sub(cy, f64x2.convert_low_i32x4_s(ys));
  return f32x4.demote_f64x2_zero(f64x2.add(above, f64x2.mul(f64x2.sub(under, above), down)));
}

/** At two places, a share of the way from a sample to another; the difference is `f32`, the rest `f64`. */
function betweenTwo(a: usize, nextA: usize, b: usize, nextB: usize, share: v128): v128 {
  const here = v128.load32_lane(b, v128.load32_zero(a), 1);
  const next = v128.load32_lane(nextB, v128.load32_zero(nextA), 1);
  const step = f64x2.promote_low_f32x4(f32x4.sub(next, here));
  return f64x2.add(f64x2.promote_low_f32x4(here), f64x2.mul(step, share));
}

/** What is left of four `f64` once their whole parts are taken away, as `f32`. */
function rests(a: v128, wholeA: v128, b: v128, wholeB: v128): v128 {
  const first = f32x4.demote_f64x2_zero(f64x2.sub(a, f64x2.convert_low_i32x4_s(wholeA)));
  const second = f32x4.demote_f64x2_zero(f64x2.sub(b, f64x2.convert_low_i32x4_s(wholeB)));
  return i64x2.shuffle(first, second, 0, 2);
}

/** All bits set where the plane has a sample that counts for a place. */
function isNear(x: v128, y: v128, endX: v128, endY: v128): v128 {
  const least = f64x2.splat(-0.6);
  const more = f64x2.splat(0.6);
  return v128.and(
    v128.and(f64x2.gt(x, least), f64x2.gt(y, least)),
    v128.and(f64x2.lt(x, f64x2.add(endX, more)), f64x2.lt(y, f64x2.add(endY, more))),
  );
}

/** At four places, a share of the way from a sample to the next one in its row. */
function between(p: usize, q: usize, r: usize, s: usize, share: v128): v128 {
  const pq = v128.load64_lane(q, v128.load64_zero(p), 1);
  const rs = v128.load64_lane(s, v128.load64_zero(r), 1);
  const here = i32x4.shuffle(pq, rs, 0, 2, 4, 6);
  const next = i32x4.shuffle(pq, rs, 1, 3, 5, 7);
  return f32x4.add(here, f32x4.mul(f32x4.sub(next, here), share));
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
  const half = f64x2.splat(0.5);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const corner = f64x2.splat(left);
  const endX = f64x2.splat(lastX);
  const endY = f64x2.splat(lastY);
  const widths = i32x4.splat(width);
  for (let y = 0; y < outHeight; y++) {
    const ty = top + <f64>y + 0.5;
    const rowX = load<f64>(map, 8) * ty + load<f64>(map, 32);
    const rowY = load<f64>(map, 24) * ty + load<f64>(map, 40);
    let x = 0;
    while (x < outWidth) {
      // Four samples at a time where all of them have four neighbours.
      if (x + 4 <= outWidth) {
        const places = f64x2.replace_lane(f64x2.splat(<f64>x), 1, <f64>(x + 1));
        const ta = f64x2.add(f64x2.add(corner, places), half);
        const tb = f64x2.add(f64x2.add(corner, f64x2.add(places, f64x2.splat(2))), half);
        let xa = f64x2.add(f64x2.mul(f64x2.splat(m0), ta), f64x2.splat(rowX));
        let xb = f64x2.add(f64x2.mul(f64x2.splat(m0), tb), f64x2.splat(rowX));
        let ya = f64x2.add(f64x2.mul(f64x2.splat(m2), ta), f64x2.splat(rowY));
        let yb = f64x2.add(f64x2.mul(f64x2.splat(m2), tb), f64x2.splat(rowY));
        if (!flat) {
          const slope = f64x2.splat(g);
          const rest = f64x2.splat(h * ty);
          const da = f64x2.div(one, f64x2.add(f64x2.add(one, f64x2.mul(slope, ta)), rest));
          const db = f64x2.div(one, f64x2.add(f64x2.add(one, f64x2.mul(slope, tb)), rest));
          xa = f64x2.mul(xa, da);
          xb = f64x2.mul(xb, db);
          ya = f64x2.mul(ya, da);
          yb = f64x2.mul(yb, db);
        }
        xa = f64x2.sub(xa, half);
        xb = f64x2.sub(xb, half);
        ya = f64x2.sub(ya, half);
        yb = f64x2.sub(yb, half);
        const withinA = v128.and(
          v128.and(f64x2.ge(xa, zero), f64x2.ge(ya, zero)),
          v128.and(f64x2.lt(xa, endX), f64x2.lt(ya, endY)),
        );
        const withinB = v128.and(
          v128.and(f64x2.ge(xb, zero), f64x2.ge(yb, zero)),
          v128.and(f64x2.lt(xb, endX), f64x2.lt(yb, endY)),
        );
        if (i64x2.all_true(v128.and(withinA, withinB))) {
          const xai = i32x4.trunc_sat_f64x2_s_zero(xa);
          const xbi = i32x4.trunc_sat_f64x2_s_zero(xb);
          const yai = i32x4.trunc_sat_f64x2_s_zero(ya);
          const ybi = i32x4.trunc_sat_f64x2_s_zero(yb);
          const across = rests(xa, xai, xb, xbi);
          const down = rests(ya, yai, yb, ybi);
          const columns = i32x4.shuffle(xai, xbi, 0, 1, 4, 5);
          const rows = i32x4.shuffle(yai, ybi, 0, 1, 4, 5);
          const at = i32x4.add(i32x4.mul(rows, widths), columns);
          const p = plane + ((<usize>i32x4.extract_lane(at, 0)) << 2);
          const q = plane + ((<usize>i32x4.extract_lane(at, 1)) << 2);
          const r = plane + ((<usize>i32x4.extract_lane(at, 2)) << 2);
          const s = plane + ((<usize>i32x4.extract_lane(at, 3)) << 2);
          const above = between(p, q, r, s, across);
          const under = between(p + stride, q + stride, r + stride, s + stride, across);
          v128.store(out, f32x4.add(above, f32x4.mul(f32x4.sub(under, above), down)));
          store<u32>(inside, 0x01010101);
          x += 4;
          out += 16;
          inside += 4;
          continue;
        }
        // And where none has.
        if (!v128.any_true(v128.or(withinA, withinB))) {
          const first = edgePair(plane, width, height, xa, ya);
          const second = edgePair(plane, width, height, xb, yb);
          v128.store(out, i64x2.shuffle(first, second, 0, 2));
          const near = i32x4.shuffle(
            isNear(xa, ya, endX, endY),
            isNear(xb, yb, endX, endY),
            0,
            2,
            4,
            6,
          );
          const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(near, near), near);
          v128.store32_lane(inside, v128.and(bytes, i8x16.splat(1)), 0);
          x += 4;
          out += 16;
          inside += 4;
          continue;
        }
      }
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
      x++;
      out += 4;
      inside++;
    }
  }
}
