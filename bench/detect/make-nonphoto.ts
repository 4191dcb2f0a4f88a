/**
 * Pictures that are no photographs and were not generated either, made from packages: icons and drawings rendered from
 * SVG, screenshots of documentation in a headless browser, scans simulated from those (tilt, paper, noise, JPEG),
 * and the textures from formulas that this repository's tests use.
 *
 *   tsx bench/detect/make-nonphoto.ts --out DIR --icons icons.json --drawings icons.json --pages list-of-html --browser chromium
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { MersenneTwister } from '../../src/core/index.js';
import { texturedPicture } from '../../test/support/picture.js';

interface IconSet {
  icons: Record<string, { body: string; width?: number; height?: number }>;
  width?: number;
  height?: number;
}

const COUNT = { icons: 60, drawings: 60, screenshots: 36, formulas: 40 };
const SIZES = [192, 256, 384, 512, 768];

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    icons: { type: 'string' },
    drawings: { type: 'string' },
    pages: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
  },
});
const out = values.out ?? 'nonphoto';
const random = new MersenneTwister(20);
const next = (): number => random.nextUint32() / 2 ** 32;
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;

async function renderSet(path: string, name: 'icons' | 'drawings'): Promise<void> {
  const set = JSON.parse(readFileSync(path, 'utf8')) as IconSet;
  const names = Object.keys(set.icons).sort();
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < COUNT[name]; i++) {
    const key = pick(names);
    const icon = set.icons[key]!;
    const [width, height] = [icon.width ?? set.width ?? 24, icon.height ?? set.height ?? 24];
    const size = pick(SIZES);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${size}" height="${size}">${icon.body}</svg>`;
    await sharp(Buffer.from(svg), { density: 72 })
      .flatten({ background: next() < 0.6 ? '#fff' : '#e8e4da' })
      .png()
      .toFile(join(folder, `${String(i).padStart(3, '0')}-${key}.png`));
  }
}

function screenshot(page: string, path: string, width: number, height: number): void {
  const profile = mkdtempSync(join(tmpdir(), 'imprint-pages-'));
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];
  spawnSync(values.browser, [
    ...args,
    `--user-data-dir=${profile}`,
    `--window-size=${width},${height}`,
    `--screenshot=${path}`,
    pathToFileURL(page).href,
  ]);
  rmSync(profile, { recursive: true, force: true });
}

/** A page as a flatbed would give it. */
async function scan(from: string, to: string): Promise<void> {
  const { data, info } = await sharp(from)
    .rotate(next() * 3 - 1.5, { background: '#f4f1e8' })
    .blur(0.5 + next() * 0.4)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const paper = [1, 0.985, 0.95].map((tint) => tint * (0.92 + next() * 0.08));
  for (let i = 0; i < data.length; i++) {
    const x = (Math.floor(i / 3) % info.width) / info.width;
    // Sum of uniforms: near enough to a sensor's noise.
    const noise = (next() + next() + next() - 1.5) * 7;
    data[i] = Math.min(255, Math.max(0, data[i]! * paper[i % 3]! * (1 - 0.06 * x) + noise));
  }
  await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .jpeg({ quality: 75 + Math.floor(next() * 20) })
    .toFile(to);
}

if (values.icons !== undefined) await renderSet(values.icons, 'icons');
if (values.drawings !== undefined) await renderSet(values.drawings, 'drawings');
if (values.pages !== undefined) {
  const pages = readFileSync(values.pages, 'utf8').split('\n').filter(Boolean);
  const listed: string[] = [];
  for (const folder of ['screenshots', 'scans']) mkdirSync(join(out, folder), { recursive: true });
  for (let i = 0; i < COUNT.screenshots; i++) {
    const page = pick(pages);
    const name = String(i).padStart(3, '0');
    const shot = join(out, 'screenshots', `${name}.png`);
    screenshot(page, shot, pick([800, 1024, 1280]), pick([600, 800, 1000]));
    await scan(shot, join(out, 'scans', `${name}.jpg`)).catch(() => listed.push(`failed: ${page}`));
    listed.push(`${name} ${page}`);
  }
  writeFileSync(join(out, 'pages.txt'), listed.join('\n'));
}

mkdirSync(join(out, 'formulas'), { recursive: true });
for (let i = 0; i < COUNT.formulas; i++) {
  const { data, width, height } = texturedPicture(pick(SIZES), pick(SIZES), i + 1);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(out, 'formulas', `${String(i).padStart(3, '0')}.png`));
}
