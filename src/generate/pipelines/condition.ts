/** What a denoiser is shown beside noise and text: a mask with what is known, and a control picture. */

export interface Shown {
  /** Per row and column of the latent: 1 is made anew, 0 is known. Default: all is made anew, and no mask is shown. */
  readonly anew?: Float32Array;
  /** Latent of what is known; read where `anew` is 0. */
  readonly known?: Float32Array;
  /** Latent of a control picture. Default: none. */
  readonly control?: Float32Array;
  /** Factor on `control`: the layer that reads it is linear, so this scales what it adds, as in ControlNet. Default 1. */
  readonly controlScale?: number;
}

/**
 * Fill `condition`, of which each sample holds 1 + `channels` + `channels` planes (mask, known latent, control latent; zeros for what
 * there is not), with the same for every sample.
 */
export function showCondition(
  condition: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  { anew, known, control, controlScale = 1 }: Shown,
): void {
  const plane = height * width;
  const length = (1 + 2 * channels) * plane;
  condition.fill(0);
  if (anew !== undefined) {
    condition.set(anew);
    for (let i = 0; known !== undefined && i < channels * plane; i++) {
      condition[plane + i] = (1 - anew[i % plane]!) * known[i]!;
    }
  }
  if (control !== undefined) {
    const from = (1 + channels) * plane;
    control.forEach((value, i) => (condition[from + i] = controlScale * value));
  }
  for (let at = length; at < condition.length; at += length) condition.copyWithin(at, 0, length);
}
