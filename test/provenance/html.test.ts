import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import { markQuads } from '../../src/provenance/html/geometry.js';
import { html } from '../../src/provenance/html/markup.js';
import { renderHtmlReport } from '../../src/provenance/html/page.js';
import { describeExpected } from '../../src/provenance/note/words.js';
import { evidence } from '../detect/evidence.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';
import { sampleClaim, sampleReport, SIGNER } from '../support/report.js';

const image = await encodeImage(texturedPicture(64, 48), { format: 'png' });
const HOSTILE = `</script></style></pre><img src=x onerror=alert(1)> "' onload="x" \u202egnp.exe \u061c \u0000\u001b[31m & <!--`;

/** A report in which every text that a file can decide is hostile. */
function hostileReport() {
  return sampleReport({
    file: { ...sampleReport().file, path: HOSTILE },
    credentials: {
      ...sampleReport().credentials,
      presence: 'embedded',
      integrity: 'altered',
      signer: { ...SIGNER, subject: HOSTILE, timestamp: HOSTILE },
      claim: sampleClaim(HOSTILE),
      failures: [{ code: HOSTILE, where: HOSTILE, explanation: HOSTILE }],
    },
    metadata: {
      system: [{ name: HOSTILE, value: HOSTILE, where: HOSTILE }],
      personal: [{ name: HOSTILE, value: HOSTILE, where: HOSTILE }],
    },
    evidence: [evidence({ finding: HOSTILE, where: HOSTILE, explain: HOSTILE, id: HOSTILE })],
    findings: [
      { ruleId: HOSTILE, level: 'error', message: HOSTILE, code: HOSTILE, where: HOSTILE },
    ],
  });
}

const TAGS =
  /^<(?:!doctype html|\/?(?:html|head|meta|title|style|body|header|main|footer|section|div|h1|h2|h3|p|span|strong|code|pre|ol|ul|li|br|a|figure|figcaption|img|svg|rect|line|text|polygon|table|caption|thead|tbody|tr|th|td|details|summary)\b[^<>]*)>$/i;

describe('the page', () => {
  it('lets no text of a file become markup', async () => {
    const page = await renderHtmlReport(image, hostileReport(), { findingsUrl: './findings/' });
    const body = page.replace(/<style>[\s\S]*?<\/style>/, '');
    expect(body).not.toMatch(/<script|onerror=alert\(1\)>|<!--|<img src=x/);
    for (const tag of body.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(TAGS);
    expect(body.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\s(?:on\w+|style)=/);
    // eslint-disable-next-line no-control-regex
    expect(page).not.toMatch(/[\u0000\u001b\u061c\u202e]/);
    expect(page).toContain('\\u202egnp.exe');
  });

  it('can load nothing and run nothing', async () => {
    const page = await renderHtmlReport(image, hostileReport());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(style).not.toMatch(/url\(|@import/);
    for (const [, uri] of page.matchAll(/\ssrc="([^"]*)"/g)) {
      expect(uri).toMatch(/^data:image\/(?:webp|png);base64,[A-Za-z0-9+/=]+$/);
    }
  });

  it('tells people only what the report tells', async () => {
    const report = sampleReport({ metadata: { system: [], personal: { redacted: 3 } } });
    expect(await renderHtmlReport(image, report)).toContain('--include-personal');
  });

  it('shows what the forensic tests draw, or leaves it out', async () => {
    const report = sampleReport({ pixels: { forensics: [] } });
    expect(await renderHtmlReport(image, report)).toContain('Error levels');
    expect(await renderHtmlReport(image, report, { forensics: false })).not.toContain(
      'Error levels',
    );
  });

  it('shows a report without pixels', async () => {
    const page = await renderHtmlReport(fixture('broken/garbage.jpg'), sampleReport());
    expect(page).toContain('The pixels cannot be decoded.');
  });

  it('draws the chain as a tree', async () => {
    const credentials = { ...sampleReport().credentials, presence: 'embedded' as const };
    const report = sampleReport({ credentials: { ...credentials, claim: sampleClaim('x') } });
    const page = (await renderHtmlReport(image, report)).replace(/\s+/g, ' ');
    expect(page).toMatch(
      /parent x .*<ul> ?<li> grandparent x .*mismatch.*<\/ul> ?<\/li> ?<li> other x/,
    );
  });

  it.each(['javascript:alert(1)/', 'http://example.org/', 'https://example.org/"x/', 'x'])(
    'refuses to link to %s',
    async (findingsUrl) => {
      await expect(renderHtmlReport(image, sampleReport(), { findingsUrl })).rejects.toThrow(
        RangeError,
      );
    },
  );
});

describe('html', () => {
  it('escapes what is put in, and leaves its own', () => {
    expect(html`<b title="${'"<'}">${[html`<i>${'&'}</i>`, 1, null]}</b>`.text).toBe(
      '<b title="&quot;&lt;"><i>&amp;</i>1</b>',
    );
  });
});

describe('the repeats of the mark', () => {
  const still = { rotation: 0, scale: 1, aspect: 1, flip: false };

  it('span the image where nothing was moved', () => {
    expect(markQuads({ ...still, crop: null }, 300, 200).unit).toEqual([
      [0, 0],
      [300, 0],
      [300, 200],
      [0, 200],
    ]);
  });

  it('begin where the cut begins, and lie one period apart', () => {
    const { unit, tiles } = markQuads({ ...still, crop: { x: 10, y: 20, period: 100 } }, 300, 200);
    expect(unit[0]![0]).toBeCloseTo(90);
    expect(unit[2]).toEqual([unit[0]![0] + 100, unit[0]![1] + 100]);
    expect(tiles.every(([corner]) => Math.abs(((corner![0] + 10) % 100) + 0) < 1e-9)).toBe(true);
  });

  it('turn clockwise with the image', () => {
    const crop = { x: 0, y: 0, period: 100 };
    const { unit } = markQuads({ ...still, rotation: 90, crop }, 300, 200);
    expect(unit[1]![0] - unit[0]![0]).toBeCloseTo(0);
    expect(unit[1]![1] - unit[0]![1]).toBeCloseTo(100);
  });
});

describe('evidence', () => {
  it('leads to the section about it, which is there', async () => {
    const layers = ['credentials', 'watermark', 'metadata', 'classifier', 'forensics'] as const;
    const page = await renderHtmlReport(
      image,
      sampleReport({
        pixels: { forensics: [] },
        evidence: [...layers, 'registry' as const].map((layer) =>
          evidence({ layer, id: `${layer}.x` }),
        ),
      }),
    );
    const links = [...page.matchAll(/<a href="#(\w+)"><code class="dim">(\w+)\.x/g)];
    expect(links.map(([, , layer]) => layer)).toEqual(layers);
    for (const [, section] of links) expect(page).toContain(`<h2 id="${section}">`);
  });
});

it.each([
  [5, '5'],
  [1234, '1,000'],
  [0.0213, '0.02'],
  [3.2e-13, '10⁻¹²'],
  [1e-6, '10⁻⁶'],
  [0, '< 10⁻³⁰⁰'],
])('%d false alarms are written %s', (value, text) => {
  expect(describeExpected(value)).toBe(text);
});
