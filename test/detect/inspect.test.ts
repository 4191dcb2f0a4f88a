import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createInspector } from '../../src/provenance/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

describe('an inspector', () => {
  it.each([0, 1, NaN, '0.5', null])('is not made with the prior %j', (prior) => {
    expect(() => createInspector({ prior: prior as number })).toThrow(/prior/);
  });
});

const inspector = createInspector();
const inspect = (name: string) => inspector.inspect(readFileSync(assetPath(name)));

describe('a file whose pixels cannot be decoded', () => {
  it('gets a report when it carries credentials', async () => {
    const report = await inspector.inspect(fixture('manifests/altered.png'));
    expect(report.credentials.integrity).toBe('altered');
    expect(report.findings.map(({ ruleId }) => ruleId)).toContain('IM201');
  });

  it('is an error when it carries none', async () => {
    await throwsWithCode(
      () => inspector.inspect(fixture('broken/truncated.png')),
      'IMAGE_MALFORMED',
    );
  });
});

describe.skipIf(!haveAssets)('real files (needs ../shared/assets)', () => {
  it.each([
    ['generated/comfyui/chroma_chroma_example.png', 'ai-generated', 'metadata.comfyui-graph'],
    [
      'generated/comfyui/flux_flux_kontext_example_comic.webp',
      'ai-generated',
      'metadata.comfyui-graph',
    ],
    ['generated/iptc-labelled/0001 (1).jpeg', 'likely-ai', 'metadata.digital-source-type'],
    ['c2pa/example-assets/ChatGPT_Image.png', 'likely-ai', 'credentials.ai-generated'],
    ['c2pa/example-assets/Firefly_tabby_cat.jpg', 'likely-ai', 'credentials.ai-generated'],
    ['photos/exif-samples/jpg_gps_DSCN0021.jpg', 'no-ai-evidence', 'metadata.camera-exif'],
    ['photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg', 'no-ai-evidence', 'metadata.camera-exif'],
  ])('%s is %s by %s', async (name, state, evidence) => {
    const report = await inspect(name);
    expect(report.verdict.state).toBe(state);
    expect(report.evidence.map(({ id }) => id)).toContain(evidence);
    expect(report.watermarks[0]?.status).toBe('none');
  });

  it('HEIC with credentials is reported without its pixels', async () => {
    const report = await inspect('c2pa/c2pa-rs/sample1.heic').catch((error: unknown) => error);
    // The sample carries no credentials: then the format is what there is to say.
    expect(report).toMatchObject({ code: 'IMAGE_UNSUPPORTED' });
  });

  it('counts a place and does not print it', async () => {
    const { metadata } = await inspect('photos/exif-samples/jpg_gps_DSCN0021.jpg');
    expect(metadata.personal).toEqual({ redacted: expect.any(Number) as number });
    expect((metadata.personal as { redacted: number }).redacted).toBeGreaterThan(0);
    expect(JSON.stringify(metadata.system)).not.toMatch(/GPS|latitude/i);
  });
});
