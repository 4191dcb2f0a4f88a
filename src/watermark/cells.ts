/** The best place of each cell of neighbours, which are the same peak. */
export interface Cells {
  /** @param score above 0. */
  offer(cell: number, score: number, at: number): void;
  /** The `keep` best of all cells, the best first; of equal ones that whose cell was offered first. */
  best(keep: number): { score: number; at: number }[];
}

/** Thousands of places are offered in every search, so none of them makes an object. */
export function createCells(count: number): Cells {
  const scores = new Float64Array(count);
  const places = new Int32Array(count);
  /** Cells with a place, in the order of their first. */
  const filled: number[] = [];
  return {
    offer(cell, score, at) {
      const known = scores[cell]!;
      if (known >= score) return;
      if (known === 0) filled.push(cell);
      scores[cell] = score;
      places[cell] = at;
    },
    best: (keep) =>
      filled
        .sort((a, b) => scores[b]! - scores[a]!)
        .slice(0, keep)
        .map((cell) => ({ score: scores[cell]!, at: places[cell]! })),
  };
}
