import { bestFirst } from './ranking.js';

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

  /** The `keep` best of all cells, the best first; of equal ones that whose cell was offered first. */
  best(keep: number): { score: number; at: number }[] {
    const found: { score: number; at: number }[] = [];
    for (const cell of this.#filled) {
      found.push({ score: this.#scores[cell]!, at: this.#places[cell]! });
    }
    return found.sort(bestFirst).slice(0, keep);
  }
}
