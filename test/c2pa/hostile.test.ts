/** Content that a stranger's manifest may hold: it is carried, cut and escaped, and never believed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import type { CredentialsReport, ManifestTemplate } from '../../src/c2pa/index.js';
import { inspect, signOnly } from '../../src/index.js';
import { renderReport } from '../../src/cli/render/report.js';
import { toJson } from '../../src/cli/render/json.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { chainStore } from './make-chain.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const PNG = 'image/png';
const HOSTILE: Record<string, string> = {
  'terminal escapes': '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b1m',
  HTML: '<img src=x onerror=alert(1)></textarea><script>alert(2)</script>',
  'a formula': '=cmd|\'/C calc\'!A0+HYPERLINK("http://x")',
  'reversed text': 'cat\u202egnp.exe\u2066\u200b',
  'line breaks': 'name\r\n::error::IM201\n{"verdict":"camera"}',
  'a lone surrogate and NUL': 'a\ud800b\0c',
  '10,000 characters': 'n'.repeat(10_000),
};

/** The manifest with `text` in every field of text that the format has, in the engine's own terms. */
function filled(text: string): ManifestTemplate {
  const template = generated(PNG);
  const definition = JSON.parse(JSON.stringify(template.definition)) as Record<string, unknown>;
  definition['title'] = text;
  definition['claim_generator_info'] = [{ name: text, version: text, specVersion: '2.4.0' }];
  for (const assertion of definition['assertions'] as { label: string; data: object }[]) {
    if (assertion.label !== 'c2pa.actions.v2') continue;
    assertion.data = {
      allActionsIncluded: true,
      actions: [
        {
          action: 'c2pa.created',
          digitalSourceType: text,
          softwareAgent: { name: text, version: text },
          description: text,
          when: '2026-08-20T12:00:00Z',
        },
      ],
    };
  }
  const ingredient = {
    title: text,
    format: 'text/plain',
    relationship: 'inputTo',
    informational_URI: text,
    label: 'i',
  };
  return { ...template, definition, ingredients: [ingredient] } as unknown as ManifestTemplate;
}

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => [key, ...strings(item)])
      : [];

/** What a terminal acts upon, except the line breaks of the report itself. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/;

describe.each(Object.entries(HOSTILE))('%s in every text field', (_name, text) => {
  const authority = createTestAuthority({
    name: text.slice(0, 60),
    organization: text.slice(0, 60),
  });
  let bytes: Uint8Array | null = null;
  let refusal = '';
  beforeAll(async () => {
    const { signer, timestamp } = authority;
    await signImage(await testImage('png'), PNG, { template: filled(text), signer, timestamp })
      .then((signed) => (bytes = signed.bytes))
      .catch((error: Error) => (refusal = error.message));
  });

  it('is signed and read, or refused by the engine with an error that is safe to print', async () => {
    if (bytes === null) {
      expect(refusal).toContain('could not be signed');
      expect(refusal).not.toMatch(RAW);
      return;
    }
    const report = await readCredentials(bytes, PNG, { trust: authority.trust });
    expect(report).toMatchObject({ presence: 'embedded', integrity: 'intact' });
    expect(report.claim?.generator?.length).toBeLessThan(2100);
    expect(Math.max(...strings(report).map(({ length }) => length))).toBeLessThanOrEqual(2001);
  });

  it('reaches neither the terminal nor JSON raw', async () => {
    if (bytes === null) return;
    const report = await inspect(bytes, { trust: authority.trust, includePersonal: true });
    const shown = renderReport(report, false);
    expect(shown).not.toMatch(RAW);
    expect(Math.max(...shown.split('\n').map(({ length }) => length))).toBeLessThan(1000);
    expect(toJson(report)).not.toMatch(RAW);
    expect(report.verdict.state).not.toBe('camera-captured');
  });
});

describe('chains of ingredients', () => {
  const read = async (depth: number): Promise<CredentialsReport> => {
    const { image, store } = await chainStore(depth);
    return readCredentials(image, PNG, { manifestData: store });
  };

  it('of 150 forged manifests: walked to the end, each with what is wrong with it', async () => {
    const { presence, integrity, claim } = await read(150);
    expect({ presence, integrity }).toEqual({ presence: 'sidecar', integrity: 'altered' });
    expect(claim?.ingredients.at(-1)?.depth).toBeGreaterThanOrEqual(149);
  });

  it.each([
    [210, /depth/],
    [1000, /more than 2000 boxes/],
  ])('of %i: refused, and said so', async (depth, says) => {
    const { presence, integrity, problem } = await read(depth);
    expect({ presence, integrity }).toEqual({ presence: 'malformed', integrity: 'unknown' });
    expect(problem).toMatch(says);
  });

  it('too many boxes are seen in an SVG too, and not signed over', async () => {
    const { store } = await chainStore(1000);
    const manifest = `<c2pa:manifest>${Buffer.from(store).toString('base64')}</c2pa:manifest>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><metadata>${manifest}</metadata></svg>`;
    const bytes = new Uint8Array(Buffer.from(svg));
    expect((await readCredentials(bytes, 'image/svg+xml')).problem).toMatch(/boxes/);
    await throwsWithCode(() => signOnly(bytes, createTestAuthority()), 'C2PA_SIGN_FAILED');
  });
});

describe('containers', () => {
  /** Where the manifest stands, with what the format puts around it. */
  const part = (bytes: Buffer, mime: string): [number, number] => {
    if (mime === PNG) {
      const type = bytes.indexOf('caBX');
      return [type - 4, type + 8 + bytes.readUInt32BE(type - 4)];
    }
    // APP11 segments follow each other; the first begins behind SOI and JFIF.
    const start = bytes.indexOf(Buffer.from([0xff, 0xeb]));
    let end = start;
    while (bytes[end] === 0xff && bytes[end + 1] === 0xeb) end += 2 + bytes.readUInt16BE(end + 2);
    return [start, end];
  };
  const signed = async (format: 'png' | 'jpeg'): Promise<[Buffer, string]> => {
    const mime = `image/${format}`;
    const { signer } = createTestAuthority();
    const options = { template: generated(mime), signer };
    const { bytes } = await signImage(await testImage(format), mime, options);
    return [Buffer.from(bytes), mime];
  };
  const read = (bytes: Buffer, mime: string) => readCredentials(new Uint8Array(bytes), mime);

  it.each(['png', 'jpeg'] as const)('%s with its manifest twice is not intact', async (format) => {
    const [bytes, mime] = await signed(format);
    expect((await read(bytes, mime)).integrity).toBe('intact');
    const [start, end] = part(bytes, mime);
    const twice = Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    expect((await read(twice, mime)).integrity).not.toBe('intact');
  });

  it.each(['png', 'jpeg'] as const)(
    '%s with the manifest of another is not intact',
    async (format) => {
      const [bytes, mime] = await signed(format);
      const other = await signImage(new Uint8Array(bytes), mime, {
        template: generated(mime, { prompt: 'another' }),
        signer: createTestAuthority().signer,
      });
      const donor = Buffer.from(other.bytes);
      donor[donor.length - 20]! ^= 1;
      const [start, end] = part(bytes, mime);
      const [from, to] = part(donor, mime);
      const moved = [donor.subarray(0, from), bytes.subarray(start, end), donor.subarray(to)];
      expect((await read(Buffer.concat(moved), mime)).integrity).not.toBe('intact');
    },
  );

  it.each([0, 1, 7, 0x7fffffff, 0xffffffff])(
    'boxes that claim %d bytes, wherever they stand: intact only with the same claim',
    async (length) => {
      const [bytes, mime] = await signed('png');
      const { claim } = await read(bytes, mime);
      let at = bytes.indexOf('jumb');
      for (let i = 0; i < 12 && at > 0; i++, at = bytes.indexOf('jumb', at + 1)) {
        const lying = Buffer.from(bytes);
        lying.writeUInt32BE(length, at - 4);
        const report = await read(lying, mime);
        // The engine reads an outermost box to the end of what there is, as with a length of 0.
        if (report.integrity === 'intact') expect(report.claim).toEqual(claim);
        else expect(['embedded', 'malformed']).toContain(report.presence);
      }
    },
  );
});
