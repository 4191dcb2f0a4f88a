/**
 * Readings that must find nothing: unmarked pictures, and marked ones under a key that is not theirs.
 * One picture x one attack x one key is one decode; each is held to the same bound of 1e-9.
 */
import type { Pixels } from '../../src/image/index.js';
import { embedWatermark, extractWatermark, type WatermarkKey } from '../../src/watermark/index.js';
import { apply, attacksFor } from './apply.js';
import { ATTACKS } from './attacks/index.js';
import { seeded } from './hash.js';
import { loadImage } from './images.js';
import { payloadOf } from './measure-marked.js';
import { addNullSamples, BINS, randomKey } from './null-samples.js';
import type { Decodes, FalseResult, FalseTask } from './tasks.js';

/** Every picture takes one attack in this many; the next picture takes the next ones. */
export const ATTACK_STRIDE = 16;
/** Samples of the targeted statistic per unmarked picture and attack. */
const NULL_SAMPLES = 1000;
const BOUND = 1e-9;
const MAX_KEYS = 1000;

export async function measureFalse(task: FalseTask): Promise<FalseResult> {
  const { image, others, index } = task;
  const original = await loadImage(image);
  const marked = embedWatermark(original, { payload: payloadOf(image.id) });
  const random = seeded(image.id, 'keys');
  const keys = Array.from({ length: task.keys }, () => randomKey(random));
  const histogram = new Array<number>(BINS).fill(0);
  let unmarked: Decodes = NO_DECODES;
  let wrongKey: Decodes = NO_DECODES;
  const attacks = attacksFor(image, ATTACKS, true).filter(
    ({ group }, i) => group !== 'regeneration' && i % ATTACK_STRIDE === index % ATTACK_STRIDE,
  );
  for (const attack of attacks) {
    const subject = { image, original, others };
    const bare = await apply(attack, original, subject);
    unmarked = sum(unmarked, decode(bare, keys));
    addNullSamples(bare, NULL_SAMPLES, random, histogram);
    if (!marked.embedded) continue;
    wrongKey = sum(wrongKey, decode(await apply(attack, marked.pixels, subject), keys));
  }
  return { id: image.id, unmarked, wrongKey, histogram };
}

const NO_DECODES: Decodes = { decodes: 0, accepted: 0, largest: 0 };

function decode(pixels: Pixels, keys: readonly WatermarkKey[]): Decodes {
  let result = NO_DECODES;
  for (let at = 0; at < keys.length; at += MAX_KEYS) {
    const some = keys.slice(at, at + MAX_KEYS);
    // The reader divides its bound among the keys; each of these decodes shall have all of it.
    const read = extractWatermark(pixels, { keys: some, maxFalsePositive: BOUND * some.length });
    const accepted = read.status === 'detected' ? 1 : 0;
    result = sum(result, { decodes: some.length, accepted, largest: read.statistic });
  }
  return result;
}

function sum(a: Decodes, b: Decodes): Decodes {
  return {
    decodes: a.decodes + b.decodes,
    accepted: a.accepted + b.accepted,
    largest: Math.max(a.largest, b.largest),
  };
}
