/** Work on many things at once, answers in the order of the questions, and never more than a window of either in memory. */

/**
 * @param window how many may be under way or wait for their turn, 1 or more.
 * @param work never rejects.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  window: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const pending: Promise<R>[] = [];
  for await (const item of items) {
    pending.push(work(item));
    if (pending.length >= window) yield (await pending.shift())!;
  }
  for (const answer of pending) yield await answer;
}
