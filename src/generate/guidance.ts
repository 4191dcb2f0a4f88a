/**
 * Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): `free + guidance (wanted - free)`.
 *
 * @param both model output of a batch of 2, the unconditional half first
 * @param out receives the guided output, half as long
 */
export function applyGuidance(both: Float32Array, guidance: number, out: Float32Array): void {
  const n = out.length;
  for (let i = 0; i < n; i++) {
    const free = both[i]!;
    out[i] = free + Math.fround(guidance * Math.fround(both[n + i]! - free));
  }
}
