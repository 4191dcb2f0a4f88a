/** Of so many crops one counts for nothing: the least synthetic ones. */
const CROPS_PER_DROPPED = 5;

/**
 * The logits of a picture's crops -> one number: their mean without the lowest ones, of every full five one: two of twelve, none of four. A generated picture shows its traces in some places and
 * hides them in others, and some of what is chosen is always sky or text. training/classifier/pooling.py does the same.
 *
 * @param logits at least one, in any order.
 */
export function pool(logits: readonly number[]): number {
  const kept = [...logits]
    .sort((a, b) => b - a)
    .slice(0, logits.length - Math.floor(logits.length / CROPS_PER_DROPPED));
  return kept.reduce((sum, logit) => sum + logit, 0) / kept.length;
}
