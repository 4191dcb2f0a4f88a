/** What is opened once for each store of models. */
import type { ModelStore } from './store.js';

/** `open`, remembered for each store while it lives. A failure is not: the user may repair the file and try again. */
export function oncePerStore<T>(
  open: (models: ModelStore) => Promise<T>,
): (models: ModelStore) => Promise<T> {
  const opened = new WeakMap<ModelStore, Promise<T>>();
  return (models) => {
    let parts = opened.get(models);
    if (parts === undefined) {
      parts = open(models);
      opened.set(models, parts);
      parts.catch(() => opened.delete(models));
    }
    return parts;
  };
}
