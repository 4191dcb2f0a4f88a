import { describe, expect, it } from 'vitest';
import { createPixels, encodeImage } from '../../src/image/index.js';
import { createInspector } from '../../src/provenance/index.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const inspector = createInspector();

describe('files that ask for too much or make no sense: an error with a code', () => {
  it.each([
    ['broken/bomb-30000x30000.png', 'IMAGE_TOO_MANY_PIXELS'],
    ['broken/truncated.jpg', 'IMAGE_MALFORMED'],
    ['broken/truncated.png', 'IMAGE_MALFORMED'],
    ['broken/garbage.jpg', 'IMAGE_UNSUPPORTED'],
    ['broken/empty.png', 'IMAGE_EMPTY'],
  ])('%s: %s', async (name, code) => {
    await throwsWithCode(() => inspector.inspect(fixture(name)), code);
  });
});

describe('unusual files: a report', () => {
  it.each([
    ['images/one-pixel.png', 1, 1],
    ['images/pillow-cmyk.jpg', null, null],
    ['images/pillow-palette.png', null, null],
    ['images/pillow-rgb.gif', null, null],
    ['broken/ztxt-bomb.png', null, null],
  ])('%s', async (name, width, height) => {
    const report = await inspector.inspect(fixture(name));
    expect(report.verdict.state).toBe('no-ai-evidence');
    if (width !== null) expect(report.file).toMatchObject({ width, height });
  });

  it('30,000 pixels wide and one high', async () => {
    const bytes = await encodeImage(createPixels(30_000, 1, 3), { format: 'png' });
    const { file, verdict } = await inspector.inspect(bytes);
    expect(file).toMatchObject({ width: 30_000, height: 1 });
    expect(verdict.state).toBe('no-ai-evidence');
  });
});
