/** What the bundled model draws from the prompts of the contact sheet; kept as PNG between runs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from '../../src/generate/index.js';
import { encodeImage } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';
import { contentHash } from './hash.js';
import { MIN_SIDE, type BenchImage } from './images.js';

const PROMPT_ROW = /^\| \d+ \| (\d+) \| (.+) \|$/gm;

/** `count` pictures: every prompt once, then again with the next seed of each. */
export async function bundledImages(count: number, work: string): Promise<BenchImage[]> {
  const sheet = readFileSync('docs/generator/contact-sheet.md', 'utf8');
  const rows = [...sheet.matchAll(PROMPT_ROW)].map(([, seed, prompt]) => ({
    seed: Number(seed),
    prompt: prompt!,
  }));
  if (rows.length === 0) throw new Error('docs/generator/contact-sheet.md lists no prompts');
  const folder = join(work, 'bundled', contentHash(['models/manifest.json', 'src/generate']));
  mkdirSync(folder, { recursive: true });
  const models = createModelStore();
  const generator = createGenerator({ models });
  const images: BenchImage[] = [];
  for (let n = 0; n < count; n++) {
    const { seed, prompt } = rows[n % rows.length]!;
    const own = seed + 1000 * Math.floor(n / rows.length);
    const file = join(folder, `${String(n).padStart(4, '0')}.png`);
    if (!existsSync(file)) {
      const [drawn] = await generator.generate(prompt, {
        seed: own,
        size: { width: MIN_SIDE, height: MIN_SIDE },
      });
      writeFileSync(file, await encodeImage(drawn!.pixels, { format: 'png' }));
    }
    const id = `bundled model: ${prompt} (seed ${own})`;
    images.push({ id, set: 'bundled model', file, maxSide: MIN_SIDE });
  }
  await models.dispose();
  return images;
}
