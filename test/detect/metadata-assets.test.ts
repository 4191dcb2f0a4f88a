import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/detect/index.js';
import { readMetadataEvidence } from '../../src/detect/index.js';
import { createPixels, extractExif, extractXmp, sniffFormat } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';

/** Without decoding, which says nothing here and takes seconds for photographs. */
async function evidenceOf(bytes: Uint8Array): Promise<Evidence[]> {
  const format = sniffFormat(bytes)!.format;
  const image = {
    format,
    exif: extractExif(bytes),
    xmp: extractXmp(bytes),
    pixels: createPixels(1, 1, 3),
  };
  return readMetadataEvidence(bytes, image);
}

async function folder(name: string): Promise<[string, Evidence[]][]> {
  const files = readdirSync(assetPath(name)).filter((file) =>
    /\.(?:jpe?g|png|webp|hei[cf])$/i.test(file),
  );
  return Promise.all(
    files.map(async (file): Promise<[string, Evidence[]]> => {
      const bytes = new Uint8Array(readFileSync(join(assetPath(name), file)));
      return [file, await evidenceOf(bytes)];
    }),
  );
}

describe.skipIf(!haveAssets)('files that other people made (needs ../shared/assets)', () => {
  it('ComfyUI examples carry their graph; the one without is the sketch that went in', async () => {
    const found = await folder('generated/comfyui');
    const silent = found.filter(([, evidence]) => evidence.length === 0).map(([file]) => file);
    expect(silent).toEqual(['controlnet_house_scribble.png']);
    expect(found.length).toBe(13);
    for (const [file, evidence] of found) {
      if (evidence.length === 0) continue;
      expect(evidence.map(({ id }) => id)).toEqual(['metadata.comfyui-graph']);
      expect(evidence[0]!.claim).toBe(/inpain/.test(file) ? 'ai-edited' : 'ai-generated');
    }
  });

  it('labelled pictures say so', async () => {
    for (const [, evidence] of await folder('generated/iptc-labelled')) {
      expect(evidence).toMatchObject([
        { id: 'metadata.digital-source-type', claim: 'ai-generated' },
      ]);
    }
  });

  it.each(['gpt-4o', 'stable-diffusion', 'stylegan3'])(
    '%s pictures were stripped before they came to us: nothing to read',
    async (name) => {
      for (const [, evidence] of await folder(`generated/${name}`)) expect(evidence).toEqual([]);
    },
  );

  it.each(['clothing', 'dreambooth', 'exif-samples', 'wallpapers'])(
    'no photograph of %s is called AI',
    async (name) => {
      const found = await folder(`photos/${name}`);
      expect(found.length).toBeGreaterThan(5);
      for (const [file, evidence] of found) {
        const claims = evidence
          .map(({ claim }) => claim)
          .filter((claim) => claim !== 'camera-captured');
        expect(claims, file).toEqual([]);
      }
    },
  );
});
