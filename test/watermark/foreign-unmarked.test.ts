/** Pictures that nobody marked: photographs, and images of generators that write no dwtDct word. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cropPixels, decodeImage } from '../../src/image/index.js';
import { readForeignMarks } from '../../src/watermark/index.js';
import { assetPath, haveAssets } from '../support/assets.js';

const FOLDERS = [
  'generated/stable-diffusion',
  'generated/stylegan3',
  'generated/gpt-4o',
  'photos/clothing',
];

describe.skipIf(!haveAssets)('readForeignMarks on real pictures (needs ../shared/assets)', () => {
  it.each(FOLDERS)('finds nothing in %s, whole or cropped', async (folder) => {
    const names = readdirSync(assetPath(folder)).filter((name) => /\.(jpe?g|png)$/.test(name));
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const { pixels } = await decodeImage(readFileSync(assetPath(`${folder}/${name}`)));
      const { width, height } = pixels;
      const crop = cropPixels(pixels, width >> 3, height >> 3, (width * 3) >> 2, (height * 3) >> 2);
      expect(readForeignMarks(pixels)).toEqual([]);
      expect(readForeignMarks(crop)).toEqual([]);
    }
  });
});
