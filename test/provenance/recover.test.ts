import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPixels, decodeImage, encodeImage, resizePixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import type { Issuer, MarkedImage, Registry } from '../../src/provenance/index.js';
import {
  createInspector,
  ensureDevCertificates,
  mark,
  openRegistry,
  recover,
  RegistryError,
  signOnly,
  verdictExitCode,
} from '../../src/provenance/index.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const picture = texturedPicture(640, 512);
let issuer: Issuer & { registry: Registry };
let marked: MarkedImage;
let pixels: Pixels;
const encode = (image: Pixels, quality = 85): Promise<Uint8Array> =>
  encodeImage(image, { format: 'jpeg', quality });

function leftToRight({ data, width, height }: Pixels): Pixels {
  const out = createPixels(width, height, 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * 3;
      out.data.set(data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return out;
}

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-recover-'));
  const certificates = await ensureDevCertificates(join(dir, 'certs'));
  issuer = { ...certificates, registry: await openRegistry(join(dir, 'registry.db')) };
  marked = await mark(await encodeImage(picture, { format: 'png' }), issuer, {
    title: 'a picture',
  });
  ({ pixels } = await decodeImage(marked.bytes));
});

describe('mark with a registry', () => {
  it('has remembered the file when it returns', async () => {
    const record = await issuer.registry.get(marked.manifestId!);
    expect(record).toMatchObject({
      origin: 'unstated',
      signer: 'CN=imprint development signer, O=imprint development',
      asset: { mime: 'image/png', bytes: marked.bytes.length, width: 640, height: 512 },
      bindings: [{ value: `1*${marked.watermark.payload}` }],
    });
    expect(await issuer.registry.readManifest(marked.manifestId!)).toEqual(marked.manifest);
  });

  it('returns nothing that the registry did not take', async () => {
    const refusing: Registry = {
      ...issuer.registry,
      put: () => Promise.reject(new RegistryError({ code: 'REGISTRY_FULL', message: 'full' })),
    };
    const bytes = await encodeImage(picture, { format: 'png' });
    await throwsWithCode(() => mark(bytes, { ...issuer, registry: refusing }), 'REGISTRY_FULL');
  });

  it('remembers what is signed over it by the watermark that stays inside', async () => {
    const signed = await signOnly(marked.bytes, issuer);
    const record = await issuer.registry.get(signed.manifestId!);
    expect(record).toMatchObject({ bindings: [{ value: `1*${marked.watermark.payload}` }] });
    await issuer.registry.remove(signed.manifestId!);
  });
});

describe('recover', () => {
  it('finds the very file by its hash', async () => {
    const { matches, credentials } = await recover(marked.bytes, issuer.registry);
    expect(matches).toMatchObject([{ by: 'file', association: 'associated', distance: 0 }]);
    expect(credentials).toMatchObject({ presence: 'embedded', integrity: 'intact' });
  });

  it('finds a re-encoded copy by its watermark, and binds the manifest to nothing', async () => {
    const copy = await encode(await resizePixels(pixels, 480, 384));
    const { matches, manifest, credentials } = await recover(copy, issuer.registry);
    expect(matches).toHaveLength(1);
    const [{ by, distance, similarity, record, statement }] = matches as [(typeof matches)[number]];
    expect({ by, id: record.id }).toEqual({ by: 'watermark', id: marked.manifestId });
    expect(distance).toBeLessThanOrEqual(16);
    expect(similarity).toBeGreaterThan(93);
    expect(statement).toMatch(/^associated by its watermark, and the picture looks the same/);
    expect(manifest).toEqual(marked.manifest);
    expect(credentials).toMatchObject({ presence: 'recovered', integrity: 'unknown' });
    expect(credentials!.claim?.title).toBe('a picture');
    expect(JSON.stringify({ matches, credentials })).not.toContain('verified');
  });

  it('finds a copy too small for the watermark by its fingerprint, mirrored too', async () => {
    const small = await resizePixels(pixels, 120, 96);
    for (const copy of [small, leftToRight(small)]) {
      const found = await recover(await encode(copy, 60), issuer.registry);
      expect(found.watermark).toBeNull();
      expect(found.matches).toMatchObject([
        { by: 'fingerprint', association: 'associated', record: { id: marked.manifestId } },
      ]);
      expect(found.matches[0]!.statement).toMatch(/^associated by likeness alone/);
    }
  });

  it('says so when the watermark sits in another picture', async () => {
    const other = texturedPicture(640, 512, 9);
    // A picture with the mark of the first: its difference, laid over.
    const mix = createPixels(
      640,
      512,
      3,
      other.data.map((v, i) => v + pixels.data[i]! - picture.data[i]!),
    );
    const { matches } = await recover(await encodeImage(mix, { format: 'png' }), issuer.registry);
    expect(matches).toMatchObject([{ by: 'watermark' }]);
    expect(matches[0]!.distance).toBeGreaterThan(31);
    expect(matches[0]!.statement).toContain('the mark was lifted');
  });

  it('finds nothing for a picture that was never marked', async () => {
    const stranger = await encode(texturedPicture(300, 300, 77));
    const { matches, manifest, credentials } = await recover(stranger, issuer.registry);
    expect({ matches, manifest, credentials }).toEqual({
      matches: [],
      manifest: null,
      credentials: null,
    });
  });
});

describe('an inspector with a registry', () => {
  it('tells what is associated, and that it is no provenance of the file', async () => {
    const copy = await encode(pixels);
    const inspector = createInspector({ registry: issuer.registry });
    const report = await inspector.inspect(copy);
    expect(report.credentials).toMatchObject({ presence: 'recovered', integrity: 'unknown' });
    expect(report.watermarks[0]!.registry).toMatchObject({
      association: 'associated',
      matches: [{ manifestId: marked.manifestId }],
    });
    const rules = report.findings.map(({ ruleId }) => ruleId);
    expect(rules).toContain('IM105');
    expect(rules).not.toContain('IM201');
    const alone = await createInspector().inspect(copy);
    expect(report.verdict).toEqual(alone.verdict);
    expect(alone.watermarks[0]!.registry).toBeNull();
    for (const requirement of ['credentials', 'trusted', 'timestamp'] as const) {
      expect(verdictExitCode(report, [requirement])).toBe(3);
    }
  });

  it('leaves a file with credentials of its own what it is', async () => {
    const report = await createInspector({ registry: issuer.registry }).inspect(marked.bytes);
    expect(report.credentials.presence).toBe('embedded');
    expect(report.watermarks[0]!.registry?.matches).toHaveLength(1);
  });
});
