/**
 * The logits of a picture's crops -> one number: the mean of the higher half, three of six, of an odd number one more
 * than half. A generated picture shows its traces in some places and hides them in others, and some of what is chosen is always sky or
 * text. docs/detector.md has other ways, measured. training/classifier/pooling.py does the same.
 *
 * @param logits at least one, in any order.
 */
export function pool(logits: readonly number[]): number {
  const kept = [...logits].sort((a, b) => b - a).slice(0, Math.ceil(logits.length / 2));
  return kept.reduce((sum, logit) => sum + logit, 0) / kept.length;
}
