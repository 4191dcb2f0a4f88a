/** Folders of users against diffusers: the pictures that its PyTorch pipelines draw (training/parity). */
import { afterAll, describe, expect, it } from 'vitest';
import { createFolderGenerator } from '../../src/generate/folder-generator.js';
import { openFolder } from '../../src/onnx/index.js';
import { createFolders, listing } from '../support/pipelines.js';
import { optionsOf, readPicture } from '../support/pipeline-options.js';

/** Grey levels of 255: what float32 in another order of operations may move. */
const LEVEL_TOLERANCE = 2;

const folders = createFolders();
afterAll(() => folders.remove());

const families = [...new Set(listing.cases.map((c) => c.family))];

describe.each(families)('%s', (family) => {
  const folder = openFolder(folders.make(family), { threads: 1 });
  const generator = createFolderGenerator(folder, {
    keepsKnown: false,
    decodedAtOnce: 128 * 128,
  });
  afterAll(() => folder.dispose());

  it.each(listing.cases.filter((c) => c.family === family).map((c) => [c.id, c] as const))(
    '%s',
    async (id, c) => {
      const golden = await readPicture(`golden/${id}.png`);
      const [image] = await generator.generate(c.prompt, await optionsOf(c));
      const { data, width, height } = image!.pixels;
      expect([width, height]).toEqual([golden.width, golden.height]);
      const worst = data.reduce((most, x, i) => Math.max(most, Math.abs(x - golden.data[i]!)), 0);
      expect(worst).toBeLessThanOrEqual(LEVEL_TOLERANCE);
    },
  );
});
