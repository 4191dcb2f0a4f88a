/** One marked picture through every attack: read blind, then asked for its payload. */
import { embedWatermark, extractWatermark, verifyWatermark } from '../../src/watermark/index.js';
import { apply, attacksFor } from './apply.js';
import { ATTACKS } from './attacks/index.js';
import { seeded } from './hash.js';
import { loadImage } from './images.js';
import { qualityOf } from './quality.js';
import type { AttackRow, MarkedResult, MarkedTask } from './tasks.js';

/** 64 bits that only the picture's name decides. */
export function payloadOf(id: string): string {
  const random = seeded(id, 'payload');
  const word = (): string => random.nextUint32().toString(16).padStart(8, '0');
  return word() + word();
}

export async function measureMarked(task: MarkedTask): Promise<MarkedResult> {
  const { image, others, everyAttack } = task;
  const original = await loadImage(image);
  const payload = payloadOf(image.id);
  const marked = embedWatermark(original, { payload });
  const rows: Record<string, AttackRow> = {};
  for (const attack of attacksFor(image, ATTACKS, everyAttack)) {
    const after = await apply(attack, marked.pixels, { image, original, others });
    const blind = extractWatermark(after);
    const read = blind.payload === payload;
    // What passes the blind test passes the targeted one with the same statistic. The search costs
    // most of the time, so that is measured only on the pictures that take every attack.
    const targeted = read && !everyAttack ? blind : verifyWatermark(after, { payload });
    rows[attack.name] = {
      read,
      wrong: blind.payload !== null && blind.payload !== payload,
      statistic: blind.statistic,
      verified: targeted.status === 'detected',
      verifyStatistic: targeted.statistic,
    };
  }
  const { width, height } = original;
  const { embedded, margin } = marked;
  return {
    id: image.id,
    width,
    height,
    embedded,
    ...qualityOf(original, marked.pixels),
    margin,
    rows,
  };
}
