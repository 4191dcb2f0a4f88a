/** One attack on one picture, with randomness that only the two of them decide. */
import type { Pixels } from '../../src/image/index.js';
import type { Attack } from './attacks/index.js';
import { seeded } from './hash.js';
import { loadImage, type BenchImage } from './images.js';

export interface Subject {
  readonly image: BenchImage;
  readonly original: Pixels;
  readonly others: readonly BenchImage[];
}

export function apply(attack: Attack, pixels: Pixels, subject: Subject): Promise<Pixels> {
  const { image, original, others } = subject;
  return Promise.resolve(
    attack.run(pixels, {
      random: seeded(image.id, attack.name),
      original,
      other: (index) => loadImage(others[index % others.length]!),
    }),
  );
}

/** What is done to `image`: large originals only meet what happens to large originals. */
export function attacksFor(
  image: BenchImage,
  attacks: readonly Attack[],
  everyAttack: boolean,
): Attack[] {
  if (image.set === 'large originals') {
    return attacks.filter(({ largeOnly, name }) => largeOnly === true || LARGE_TOO.has(name));
  }
  return attacks.filter(
    ({ largeOnly, group }) =>
      largeOnly !== true && (everyAttack || (group !== 'suite' && group !== 'regeneration')),
  );
}

const LARGE_TOO: ReadonlySet<string> = new Set(['none', '1080 px, JPEG 70', '2048 px, WebP 75']);
