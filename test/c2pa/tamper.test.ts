/** Whatever happens to a signed file: a report, and never `intact` once protected bytes changed. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import type { CredentialsReport, SignedImage } from '../../src/c2pa/index.js';
import type { TestAuthority, TestFormat } from './helpers.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const FORMATS: readonly TestFormat[] = ['png', 'jpeg', 'webp', 'avif', 'tiff'];
/** Chunk length, type, CRC, JPEG segment header: what a format puts around the manifest bytes. */
const WRAPPER_BYTES = 64;

interface Signed extends SignedImage {
  mime: string;
  /** Offsets of the manifest in the file. */
  start: number;
  end: number;
}

let authority: TestAuthority;
const signed = new Map<TestFormat, Signed>();

beforeAll(async () => {
  authority = createTestAuthority();
  for (const format of FORMATS) {
    const mime = `image/${format}`;
    const { signer, timestamp } = authority;
    const options = { template: generated(mime), signer, timestamp };
    const result = await signImage(await testImage(format), mime, options);
    const start = Buffer.from(result.bytes).indexOf(result.manifest);
    expect(start).toBeGreaterThan(0);
    signed.set(format, { ...result, mime, start, end: start + result.manifest.length });
  }
});

const read = (bytes: Uint8Array, mime: string): Promise<CredentialsReport> =>
  readCredentials(bytes, mime, { trust: authority.trust });

function flipped(bytes: Uint8Array, offset: number, mask = 0xff): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[offset]! ^= mask;
  return copy;
}

/** Replace the first `from` of the manifest by `to` of the same length. */
function replaced(file: Signed, from: string, to: string): Uint8Array {
  const copy = Buffer.from(file.bytes);
  const at = copy.indexOf(from, file.start, 'latin1');
  expect(at).toBeGreaterThan(0);
  copy.write(to, at, 'latin1');
  return new Uint8Array(copy);
}

describe('deliberate changes', () => {
  it.each(FORMATS)('%s: a pixel byte', async (format) => {
    const file = signed.get(format)!;
    const offset = file.end + WRAPPER_BYTES < file.bytes.length ? file.bytes.length - 20 : 60;
    const report = await read(flipped(file.bytes, offset, 1), file.mime);
    expect(report.integrity).toBe('altered');
    expect(report.codes.failure.join()).toMatch(/assertion\.(dataHash|bmffHash)\.mismatch/);
    // Who signed is another question than what became of it.
    expect(report.signer?.status).toBe('trusted');
  });

  it.each([
    ['the source type', 'trainedAlgorithmicMedia', 'digitalCaptureXXXXXXXXX'],
    ['the claimed generator', 'imprint', 'imqrint'],
    ['the watermark declared', '1*00c0ffee', '1*00c0ffef'],
  ])('%s', async (_what, from, to) => {
    const file = signed.get('png')!;
    const report = await read(replaced(file, from, to), file.mime);
    expect(report.integrity).toBe('altered');
  });

  it('an actions assertion under another name', async () => {
    const file = signed.get('png')!;
    const report = await read(replaced(file, 'c2pa.actions.v2', 'c2pa.actionz.v2'), file.mime);
    expect(report.integrity).not.toBe('intact');
  });

  it('a manifest moved to other pixels', async () => {
    const file = signed.get('png')!;
    const other = flipped(file.bytes, file.bytes.length - 30);
    expect((await read(other, file.mime)).integrity).toBe('altered');
  });

  it('bytes appended, and a file cut', async () => {
    const file = signed.get('png')!;
    const longer = new Uint8Array([...file.bytes, 1, 2, 3]);
    expect((await read(longer, file.mime)).integrity).toBe('altered');
    for (const part of [0, 1, 8, 40, file.start + 10, file.end - 10, file.bytes.length - 1]) {
      const report = await read(file.bytes.subarray(0, part), file.mime);
      expect(report.integrity, `${part} bytes`).not.toBe('intact');
    }
  });
});

describe('chance changes (fuzz)', () => {
  it.each(FORMATS)('%s: one byte outside the manifest is never intact', async (format) => {
    const file = signed.get(format)!;
    // The manifest's own place, and the chunk or box header around it, are not covered by the hash.
    const protectedOffset = fc
      .integer({ min: 0, max: file.bytes.length - 1 })
      .filter((at) => at < file.start - WRAPPER_BYTES || at >= file.end + WRAPPER_BYTES);
    await fc.assert(
      fc.asyncProperty(protectedOffset, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const report = await read(flipped(file.bytes, at, mask), file.mime);
        // BMFF hashes leave `ftyp` out (C2PA 2.4 section 18.6): it is all that precedes the manifest.
        if (format === 'avif' && at < file.start) return;
        expect(report.integrity).not.toBe('intact');
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('many bytes anywhere: a report, never an exception', async () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FORMATS),
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        async (format, changes, cut) => {
          const file = signed.get(format)!;
          let bytes = file.bytes;
          for (const [at, mask] of changes) bytes = flipped(bytes, at % bytes.length, mask);
          if (cut % 4 === 0) bytes = bytes.subarray(0, cut % bytes.length);
          const report = await read(bytes, file.mime);
          expect(['embedded', 'absent', 'remote', 'malformed']).toContain(report.presence);
        },
      ),
      { numRuns: 100, seed: 6 },
    );
  });

  it('changes inside the manifest: claims that differ are never intact', async () => {
    const file = signed.get('png')!;
    const original = JSON.stringify((await read(file.bytes, file.mime)).claim);
    const inside = fc.integer({ min: file.start, max: file.end - 1 });
    await fc.assert(
      fc.asyncProperty(inside, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const report = await read(flipped(file.bytes, at, mask), file.mime);
        if (report.integrity === 'intact') expect(JSON.stringify(report.claim)).toBe(original);
      }),
      { numRuns: 80, seed: 7 },
    );
  });

  it('garbage under every type', async () => {
    const types = fc.constantFrom(
      'image/png',
      'image/jpeg',
      'image/svg+xml',
      'image/heic',
      'text/x',
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), types, async (bytes, mime) => {
        const report = await read(bytes, mime);
        expect(report.integrity).toBe('unknown');
        expect(['absent', 'malformed']).toContain(report.presence);
      }),
      { numRuns: 60, seed: 8 },
    );
  });
});
