/** On the way from one picture to another: their noise and what the model says of both prompts. */

/**
 * Spherical interpolation (Shoemake 1985) from `sample` to `other`, into `sample`: a mean of two noises would be quieter than
 * noise, and the model would draw something washed out.
 */
export function turnToward(sample: Float32Array, other: Float32Array, share: number): void {
  let [dot, own, its] = [0, 0, 0];
  for (let i = 0; i < sample.length; i++) {
    dot += sample[i]! * other[i]!;
    own += sample[i]! ** 2;
    its += other[i]! ** 2;
  }
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(own * its))));
  const sine = Math.sin(angle);
  if (sine < 1e-6) return;
  const here = Math.sin((1 - share) * angle) / sine;
  const there = Math.sin(share * angle) / sine;
  for (let i = 0; i < sample.length; i++) sample[i] = here * sample[i]! + there * other[i]!;
}

/** Of the last two parts of `size` values, move the first by `share` to the second, in place. */
export function mixLast(parts: Float32Array, size: number, share: number): void {
  const second = parts.length - size;
  for (let i = 0; i < size; i++) {
    const at = second - size + i;
    parts[at] = parts[at]! + share * (parts[second + i]! - parts[at]!);
  }
}
