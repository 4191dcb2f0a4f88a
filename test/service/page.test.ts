/** The page in a real Chromium over the real server code and a fake engine. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import type { Report } from '../../src/provenance/index.js';
import { ServiceError } from '../../src/service/index.js';
import { texturedPicture } from '../support/picture.js';
import { fakeEngine, fakeMarked, fakeReport, testApp } from './support.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const webDir = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** Where `npm run test -- page` leaves what it saw; unset in ordinary runs. */
const SHOTS = process.env['IMPRINT_SCREENSHOTS'];

let browser: Browser;
let server: Server;
let page: Page;
let url = '';
let image: Buffer;
let errors: string[] = [];
let fail: ServiceError | null = null;
let finish: () => void = () => undefined;

function fullReport(bytes: Uint8Array, name = 'picture.png'): Report {
  const report = fakeReport({ bytes, name });
  return {
    ...report,
    verdict: {
      ...report.verdict,
      state: 'ai-generated',
      score: 0.999,
      strength: 'cryptographic',
      summary: 'Signed credentials and the watermark say that a generator made it.',
      wouldChange: ['A signer that no list vouches for.'],
    },
    credentials: {
      ...report.credentials,
      presence: 'embedded',
      integrity: 'intact',
      signer: {
        status: 'trusted',
        subject: 'Example Signer',
        issuer: 'Example CA',
        list: 'official',
      } as never,
      claim: {
        title: '<img src=x onerror=alert(1)>',
        generator: 'imprint/0.1.0',
        digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
        actions: [{ action: 'c2pa.created' }],
        ingredients: [
          {
            title: 'parent.jpg',
            relationship: 'parentOf',
            digitalSourceType: null,
            failure: [],
            found: [],
            depth: 0,
          },
          {
            title: 'grandparent.jpg',
            relationship: 'parentOf',
            digitalSourceType: null,
            failure: [],
            found: ['assertion.dataHash.mismatch'],
            depth: 1,
          },
          {
            title: 'mask.png',
            relationship: 'componentOf',
            digitalSourceType: null,
            failure: [],
            found: [],
            depth: 0,
          },
        ],
      } as never,
    },
    watermarks: [
      {
        alg: 'io.github.imprint.harmonic.1',
        status: 'verified',
        targeted: false,
        payload: '0123456789abcdef',
        origin: 'generated',
        keyId: 'public',
        pValue: 1e-12,
        geometry: { rotation: 12.5, scale: 0.5, aspect: 1, crop: null, flip: false },
        registry: null,
      },
    ],
    evidence: [
      {
        id: 'credentials.source',
        layer: 'credentials',
        finding: 'Credentials state trainedAlgorithmicMedia.',
        strength: 'cryptographic',
        claim: 'ai-generated',
        llr: 9,
        spoofable: false,
        where: 'the manifest',
        explain: 'Signed by a trusted signer.',
      },
      {
        id: 'watermark.payload',
        layer: 'watermark',
        finding: 'The watermark is that of the credentials.',
        strength: 'structural',
        claim: 'ai-generated',
        llr: 5,
        spoofable: true,
        where: 'the pixels',
        explain: 'Anyone can write marks under the public key.',
      },
    ],
  };
}

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  image = Buffer.from(await encodeImage(texturedPicture(320, 240), { format: 'png' }));
  const engine = fakeEngine({
    verify: ({ bytes, name }) =>
      fail === null
        ? Promise.resolve({ report: fullReport(bytes, name), heatmap: new Uint8Array(image) })
        : Promise.reject(fail),
    mark: () => Promise.resolve(fakeMarked(new Uint8Array(image))),
    generate: (_prompt, _settings, control) =>
      new Promise((resolve) => {
        control?.onProgress?.({ stage: 'denoise', step: 3, steps: 12, image: 0, images: 1 });
        finish = () =>
          resolve([
            { ...fakeMarked(new Uint8Array(image)), seed: 7, settings: {}, model: {} } as never,
          ]);
      }),
  });
  const service = testApp({ engine, webDir, limits: { addressRate: 1e6 } });
  server = service.app.listen(0);
  const key = service.keys.text(['mark', 'generate', 'verify']);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/#key=${key}`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});
beforeEach(async () => {
  if (CHROMIUM === undefined) return;
  fail = null;
  errors = [];
  page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) errors.push(request.url());
  });
  await page.goto(url);
});
afterEach(() => page?.close());

const choose = (input: string, name = 'picture.png') =>
  page.setInputFiles(input, { name, mimeType: 'image/png', buffer: image });
const shot = async (name: string): Promise<void> => {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

/** Findings of axe-core that hinder people. The driver's own world is not under the page's policy. */
async function barriers(): Promise<string[]> {
  await page.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  it('shows verdict, reasons, chain, geometry and heat map of an image, and lets it be downloaded', async () => {
    expect(await page.evaluate('location.hash')).toBe('');
    await choose('#verify-file');
    await page.locator('.state', { hasText: 'Made by generative AI' }).waitFor();
    expect(await page.getByText('0123456789abcdef').count()).toBe(1);
    expect(await page.getByText('12.5° clockwise').count()).toBe(1);
    // The chain: two below the image, one of them with one below it. Text of a file stays text.
    expect(await page.locator('ul.tree > li > ul > li').count()).toBe(2);
    expect(await page.locator('ul.tree ul ul > li').textContent()).toContain('grandparent.jpg');
    expect(await page.getByText('<img src=x').count()).toBe(1);
    const slider = page.getByLabel('Heat map over the image');
    await slider.focus();
    await page.keyboard.press('End');
    expect(await page.evaluate('document.querySelector("img.over").style.opacity')).toBe('1');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('Download the report').click(),
    ]);
    expect(download.suggestedFilename()).toBe('imprint-report.json');
    expect(await barriers()).toEqual([]);
    await shot('verify');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await barriers()).toEqual([]);
    await shot('verify-dark');
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await shot('verify-phone');
    expect(errors).toEqual([]);
  });

  it('takes what is dropped', async () => {
    // As text: what it names exists in the browser alone.
    const data = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${image.toString('base64')}'), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
      return transfer;
    })()`);
    await page.dispatchEvent('#verify-drop', 'drop', { dataTransfer: data });
    await page.locator('.state', { hasText: 'Made by generative AI' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('says what went wrong', async () => {
    fail = new ServiceError({ code: 'QUEUE_FULL', message: 'every worker is busy', retryAfter: 5 });
    // Under another name, since answers are remembered.
    await choose('#verify-file', 'busy.png');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(
      /Every worker is busy.*QUEUE_FULL, request [0-9a-f-]{36}/,
    );
    expect(await barriers()).toEqual([]);
    await shot('problem');
    await page.fill('#verify-url', 'https://127.0.0.1/a.png');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('URL_NOT_FETCHED').waitFor();
  });

  it('is used by keyboard alone, and marks', async () => {
    await page.locator('#tab-verify').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-mark');
    await choose('#mark-file', 'cat.png');
    await page.selectOption('#mark-source', 'trainedAlgorithmicMedia');
    await page.getByRole('button', { name: 'Mark', exact: true }).press('Enter');
    await page.getByText('Marked and signed').waitFor();
    expect(await page.getByText('Download the image').getAttribute('download')).toBe(
      'cat.marked.png',
    );
    expect(await barriers()).toEqual([]);
    await shot('mark');
    expect(errors).toEqual([]);
  });

  it('generates with live progress', async () => {
    await page.getByRole('tab', { name: 'Generate' }).click();
    await page.fill('#generate-prompt', 'a red apple');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.getByText('Stage: denoise').waitFor();
    expect(
      await page.evaluate(
        '["value", "max"].map((name) => document.querySelector("progress")[name])',
      ),
    ).toEqual([3, 12]);
    expect(await barriers()).toEqual([]);
    await shot('generate');
    finish();
    await page.getByText('Marked and signed').waitFor();
    expect(await page.getByText('Download the image').getAttribute('download')).toBe(
      'imprint-7.png',
    );
    expect(errors).toEqual([]);
  });
});
