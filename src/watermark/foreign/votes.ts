/** Block bits -> a word of a given length, and how well a payload fits it. */

/** Share of ones among the blocks of each position, 0..1; block n belongs to position n modulo `length`. */
export function foldVotes(bits: Uint8Array, length: number): Float64Array {
  const votes = new Float64Array(length);
  for (let n = 0; n < bits.length; n++) votes[n % length]! += bits[n]!;
  for (let k = 0; k < length; k++) {
    const blocks = Math.ceil((bits.length - k) / length);
    votes[k] = blocks > 0 ? votes[k]! / blocks : 0;
  }
  return votes;
}

/** 1 where the share of ones is above `threshold`. */
export function wordAbove(votes: Float64Array, threshold: number): Uint8Array {
  const word = new Uint8Array(votes.length);
  for (let k = 0; k < votes.length; k++) word[k] = votes[k]! > threshold ? 1 : 0;
  return word;
}

export function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Positions at which `word` has the bit of `payload` turned by `shift` places. */
export function matches(word: Uint8Array, payload: Uint8Array, shift = 0): number {
  let same = 0;
  for (let k = 0; k < word.length; k++) {
    if (word[k] === payload[(k + shift) % payload.length]) same++;
  }
  return same;
}

/** The best match among all turned payloads but the right one: what the picture's own regularity gives. */
export function bestTurnedMatch(word: Uint8Array, payload: Uint8Array): number {
  let best = 0;
  for (let shift = 1; shift < payload.length; shift++) {
    best = Math.max(best, matches(word, payload, shift));
  }
  return best;
}

/** Chance that `matched` or more of `length` fair coins fall right. */
export function binomialTail(length: number, matched: number): number {
  let term = 2 ** -length;
  let sum = 0;
  for (let i = length; i >= matched; i--) {
    sum += term;
    term *= i / (length - i + 1);
  }
  return sum;
}
