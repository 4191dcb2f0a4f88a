interface BestPlace {
  readonly score: number;
  readonly at: number;
}

/** The best place of each cell of neighbours, which are the same peak. Thousands are offered, so none of them makes an object. */
export class Cells {
  readonly #scores: Float64Array;
  readonly #places: Int32Array;
  /** Cells with a place, in the order of their first. */
  readonly #filled: number[] = [];

  constructor(count: number) {
    this.#scores = new Float64Array(count);
    this.#places = new Int32Array(count);
  }

  /** @param score above 0. */
  offer(cell: number, score: number, at: number): void {
    const known = this.#scores[cell]!;
    if (known >= score) return;
    if (known === 0) this.#filled.push(cell);
    this.#scores[cell] = score;
    this.#places[cell] = at;
  }

  /**
   * The best of all cells, the best first; of equal ones that whose cell was offered first.
   *
   * @param keep how many at most, 1 or more.
   */
  best(keep: number): BestPlace[] {
    const found: BestPlace[] = [];
    for (const cell of this.#filled) {
      const score = this.#scores[cell]!;
      // Most are worse than all that are kept.
      if (found.length >= keep && !(score > found[keep - 1]!.score)) continue;
      let rank = found.length;
      while (rank > 0 && found[rank - 1]!.score < score) rank--;
      found.splice(rank, 0, { score, at: this.#places[cell]! });
      if (found.length > keep) found.pop();
    }
    return found;
  }
}
