/** What happens to pictures on their way through sites, messengers and screens. */
import { createPixels, resizePixels, type Pixels } from '../../../src/image/index.js';
import { fillRectangle, pasted, recoded } from '../raster.js';
import { rotated } from '../warp.js';
import type { Attack, Suite } from './attack.js';
import { brightness, gamma } from './colour.js';
import { cropped } from './geometry.js';

/** So that the long side is at most `side`; never enlarged. */
export function fitted(image: Pixels, side: number): Promise<Pixels> {
  const factor = Math.min(1, side / Math.max(image.width, image.height));
  return resizePixels(
    image,
    Math.max(1, Math.round(image.width * factor)),
    Math.max(1, Math.round(image.height * factor)),
  );
}

/** At 77 % on a white page with a head bar and lines of words above and below. */
export async function onPage(image: Pixels): Promise<Pixels> {
  const picture = await resizePixels(
    image,
    Math.round(image.width * 0.77),
    Math.round(image.height * 0.77),
  );
  const [side, head, foot] = [0.14, 0.22, 0.18];
  const width = Math.round(picture.width * (1 + 2 * side));
  const height = Math.round(picture.height * (1 + head + foot));
  const page = createPixels(width, height, 3);
  page.data.fill(255);
  fillRectangle(page, 0, 0, width, picture.height * 0.07, 236);
  const left = Math.round(picture.width * side);
  const top = Math.round(picture.height * head);
  const line = picture.height * 0.02;
  for (const [start, lines] of [
    [picture.height * 0.1, 3],
    [top + picture.height * 1.04, 4],
  ] as const) {
    for (let n = 0; n < lines; n++) {
      // Words of 2 to 6 line heights; the pattern only has to look like a page.
      for (let x = left, word = n; x < left + picture.width * 0.9; word++) {
        const length = line * (2 + ((word * 7) % 5));
        fillRectangle(page, x, start + n * line * 1.8, length, line, 70);
        x += length + line * 0.6;
      }
    }
  }
  return pasted(page, picture, left, top);
}

function combined(
  name: string,
  group: Attack['group'],
  run: Attack['run'],
  suites: readonly Suite[] = [],
): Attack {
  return { name, group, category: 'combined', suites, run };
}

export const COMBINED: readonly Attack[] = [
  combined('none', 'core', (image) => image, ['WAVES', 'WAM']),
  ...[75, 85].map((quality) =>
    combined(`screenshot, JPEG ${quality}`, 'hard', async (image) =>
      recoded(gamma(await onPage(image), 1.1), 'jpeg', quality),
    ),
  ),
  combined('1080 px, JPEG 70', 'hard', async (image) =>
    recoded(await fitted(image, 1080), 'jpeg', 70),
  ),
  combined('2048 px, WebP 75', 'hard', async (image) =>
    recoded(await fitted(image, 2048), 'webp', 75),
  ),
  combined('rotate 5, crop to 60 %, JPEG 70', 'hard', (image, { random }) =>
    recoded(cropped(rotated(image, 5, false), 0.6, random), 'jpeg', 70),
  ),
  combined(
    'crop to 50 %, brightness 1.5, JPEG 80',
    'hard',
    (image, { random }) => recoded(brightness(cropped(image, 0.5, random), 1.5), 'jpeg', 80),
    ['WAM', 'OmniSeal'],
  ),
  {
    ...combined('JPEG 90 (4:2:0), thumbnail of 512 px, JPEG 80', 'hard', async (image) =>
      recoded(await fitted(await recoded(image, 'jpeg', 90), 512), 'jpeg', 80),
    ),
    largeOnly: true,
  },
];
