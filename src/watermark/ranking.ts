/** Order of what a search found. */

/** Comparator: the highest score first; equal ones stay in the order in which they were found. */
export function bestFirst(a: { readonly score: number }, b: { readonly score: number }): number {
  return b.score - a.score;
}
