import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile, readStream, sniffFormat } from '../../src/image/index.js';
import { fixture, fixturePath } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imprint-read-'));
  writeFileSync(join(folder, 'ten'), '0123456789');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readImageFile', () => {
  it('gives the bytes', async () => {
    expect(await readImageFile(fixturePath('images/one-pixel.png'))).toEqual(
      fixture('images/one-pixel.png'),
    );
  });

  it.each([
    ['a missing file', () => join(folder, 'none'), 'IMAGE_NOT_FOUND'],
    ['a path through a file', () => join(folder, 'ten', 'x'), 'IMAGE_NOT_FOUND'],
    ['a name with NUL', () => `${folder}/a\0b`, 'IMAGE_NOT_FOUND'],
    ['an endless name', () => join(folder, 'x'.repeat(5000)), 'IMAGE_NOT_FOUND'],
    ['a folder', () => folder, 'IMAGE_NOT_A_FILE'],
    ['an empty file', () => fixturePath('broken/empty.png'), 'IMAGE_EMPTY'],
  ])('refuses %s', async (_name, path, code) => {
    await throwsWithCode(() => readImageFile(path()), code);
  });

  it.skipIf(process.platform !== 'linux')(
    'says when a name is not UTF-8 (Linux alone has such names)',
    async () => {
      writeFileSync(Buffer.from(join(folder, 'bad\xff.jpg'), 'latin1'), 'x');
      await expect(readImageFile(join(folder, 'bad\ufffd.jpg'))).rejects.toMatchObject({
        code: 'IMAGE_UNREADABLE',
        message: expect.stringContaining('its name is not UTF-8') as string,
      });
      writeFileSync(join(folder, 'good\ufffd.jpg'), 'x');
      expect(await readImageFile(join(folder, 'good\ufffd.jpg'))).toHaveLength(1);
    },
  );

  it('counts bytes exactly', async () => {
    expect((await readImageFile(join(folder, 'ten'), { maxBytes: 10 })).length).toBe(10);
    await throwsWithCode(
      () => readImageFile(join(folder, 'ten'), { maxBytes: 9 }),
      'IMAGE_TOO_LARGE',
    );
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe or a device', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await throwsWithCode(() => readImageFile(pipe), 'IMAGE_NOT_A_FILE');
    await throwsWithCode(() => readImageFile('/dev/zero'), 'IMAGE_NOT_A_FILE');
  });

  it.skipIf(process.platform !== 'linux')('caps a file whose size says 0', async () => {
    expect((await readImageFile('/proc/self/status')).length).toBeGreaterThan(0);
    await throwsWithCode(
      () => readImageFile('/proc/self/status', { maxBytes: 16 }),
      'IMAGE_TOO_LARGE',
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says when it may not read',
    async () => {
      const path = join(folder, 'locked');
      writeFileSync(path, 'x');
      chmodSync(path, 0);
      await throwsWithCode(() => readImageFile(path), 'IMAGE_UNREADABLE');
    },
  );
});

describe('readStream', () => {
  it('joins parts', async () => {
    const bytes = await readStream(Readable.from([Buffer.from('ab'), Buffer.from('c')]));
    expect(new TextDecoder().decode(bytes)).toBe('abc');
  });

  it('abandons an endless stream at the limit', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += 1000;
        this.push(Buffer.alloc(1000));
      },
    });
    await throwsWithCode(() => readStream(endless, { maxBytes: 100_000 }), 'IMAGE_TOO_LARGE');
    expect(endless.destroyed).toBe(true);
    expect(given).toBeLessThan(300_000);
  });

  it('refuses nothing and failure', async () => {
    await throwsWithCode(() => readStream(Readable.from([])), 'IMAGE_EMPTY');
    const failing = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await throwsWithCode(() => readStream(failing), 'IMAGE_UNREADABLE');
  });
});

describe('sniffFormat', () => {
  it.each([
    ['images/one-pixel.png', 'png', 'image/png'],
    ['broken/png-named.jpg', 'png', 'image/png'],
    ['images/pillow-rgb.jpg', 'jpeg', 'image/jpeg'],
    ['images/pillow-rgb.webp', 'webp', 'image/webp'],
    ['images/pillow-rgb.gif', 'gif', 'image/gif'],
    ['images/pillow-rgb.tif', 'tiff', 'image/tiff'],
  ])('%s is %s', (name, format, mime) => {
    expect(sniffFormat(fixture(name))).toEqual({ format, mime });
  });

  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['\ufeff<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg>', 'svg'],
    ['\xff\x0a', 'jxl'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf', 'avif'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heif'],
    ['\0\0\0\x18ftypisom\0\0\0\0isommp41', null],
    ['<html><svg></svg></html>', null],
    ['<!-- never ends <svg', null],
    ['', null],
  ])('%j is %s', (text, format) => {
    const encoding = text.includes('\ufeff') ? 'utf8' : 'latin1';
    expect(sniffFormat(Buffer.from(text, encoding))?.format ?? null).toBe(format);
  });
});
