/** Patches of one latent picture put in the place of similar ones of another (style swap, Chen & Schmidt 2016, arXiv:1612.04337). */

export interface Latent {
  /** `channels` planes. */
  readonly data: Float32Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** Rows and columns of a patch. */
const SIDE = 3;

/**
 * `content` made of patches of `style`, means where they overlap. The nearest patch by Euclidean distance stands in for each, both
 * latents being whitened before.
 *
 * @param onRow called before each row of patches; what it throws stops the work.
 */
export function swapped(content: Latent, style: Latent, onRow: () => void): Float32Array {
  const { channels, width, height } = content;
  const patches = patchesOf(style);
  const length = channels * SIDE * SIDE;
  const count = patches.length / length;
  const halves = Float32Array.from({ length: count }, (_, p) => {
    let sum = 0;
    for (let k = p * length; k < (p + 1) * length; k++) sum += patches[k]! ** 2;
    return sum / 2;
  });
  const sums = new Float32Array(content.data.length);
  const counts = new Float32Array(width * height);
  const wanted = new Float32Array(length);
  for (let y = 0; y < height; y++) {
    onRow();
    for (let x = 0; x < width; x++) {
      readPatch(content, x - 1, y - 1, wanted, 0);
      const best = nearest(wanted, patches, halves);
      addPatch(patches, best * length, content, x - 1, y - 1, sums, counts);
    }
  }
  return sums.map((value, i) => value / counts[i % counts.length]!);
}

/** All patches that lie inside. */
function patchesOf(latent: Latent): Float32Array {
  const { channels, width, height } = latent;
  const length = channels * SIDE * SIDE;
  const [across, down] = [width - SIDE + 1, height - SIDE + 1];
  const out = new Float32Array(across * down * length);
  for (let y = 0, at = 0; y < down; y++) {
    for (let x = 0; x < across; x++, at += length) readPatch(latent, x, y, out, at);
  }
  return out;
}

/** Beyond the border the values of the border go on. */
function readPatch(
  { data, channels, width, height }: Latent,
  left: number,
  top: number,
  out: Float32Array,
  at: number,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = top; y < top + SIDE; y++) {
      const row = (c * height + Math.min(height - 1, Math.max(0, y))) * width;
      for (let x = left; x < left + SIDE; x++) {
        out[at++] = data[row + Math.min(width - 1, Math.max(0, x))]!;
      }
    }
  }
}

/** Largest `wanted . patch - |patch|² / 2`, which is the least distance. */
function nearest(wanted: Float32Array, patches: Float32Array, halves: Float32Array): number {
  const length = wanted.length;
  let [best, most] = [0, -Infinity];
  for (let p = 0, at = 0; p < halves.length; p++, at += length) {
    let sum = -halves[p]!;
    for (let k = 0; k < length; k++) sum += wanted[k]! * patches[at + k]!;
    if (sum > most) [best, most] = [p, sum];
  }
  return best;
}

function addPatch(
  patches: Float32Array,
  from: number,
  { channels, width, height }: Latent,
  left: number,
  top: number,
  sums: Float32Array,
  counts: Float32Array,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = top; y < top + SIDE; y++) {
      for (let x = left; x < left + SIDE; x++, from++) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        sums[(c * height + y) * width + x]! += patches[from]!;
        if (c === 0) counts[y * width + x]! += 1;
      }
    }
  }
}
