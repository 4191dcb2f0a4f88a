/** What `mark` lets its user say in the manifest, and where the manifest goes, as a process. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import { encodeImage } from '../../src/image/index.js';
import { cliSession } from '../support/cli.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

const cli = cliSession();
const at = (name: string): string => join(cli.dir, name);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

beforeAll(async () => {
  writeFileSync(at('photo.png'), await encodeImage(texturedPicture(640, 512), { format: 'png' }));
  writeFileSync(at('small.jpg'), fixture('images/pillow-rgb.jpg'));
  writeFileSync(at('loop.gif'), fixture('images/pillow-rgb.gif'));
  writeFileSync(at('shape.svg'), SVG);
  writeFileSync(at('new.jxl'), fixture('images/pillow-rgb.jxl'));
});

async function report(...args: string[]): Promise<Report> {
  const { stdout } = await cli.run(['verify', '--json', '--include-personal', ...args]);
  return JSON.parse(stdout) as Report;
}

describe('mark --sign-only', () => {
  it.each(['small.jpg', 'loop.gif', 'shape.svg', 'new.jxl'])('%s', async (name) => {
    const { code, stdout, stderr } = await cli.run(['mark', '--sign-only', name]);
    const target = name.replace('.', '.signed.');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toBe(`${target}  signed\n`);
    const { credentials, watermarks } = await report(target);
    expect(credentials).toMatchObject({ presence: 'embedded', integrity: 'intact' });
    expect(watermarks.filter(({ status }) => status !== 'none')).toEqual([]);
  });

  it('over a signed file: an update, with creator, rights and licence, and 31 of 31', async () => {
    const first = await cli.run(['mark', '--sign-only', 'small.jpg', '-o', 'one.jpg']);
    expect(first.code).toBe(0);
    const second = await cli.run([
      ...['mark', '--sign-only', 'one.jpg', '-o', 'two.jpg', '--json'],
      ...['--creator', 'Ann, of Somewhere', '--creator', 'Bob', '--rights', '© 2026'],
      ...['--license', 'https://creativecommons.org/licenses/by/4.0/', '--credit', 'Ann'],
    ]);
    expect(JSON.parse(second.stdout)).toMatchObject({
      path: 'two.jpg',
      kind: 'update',
      sidecar: null,
    });
    const { credentials, rubric } = await report('two.jpg', '--rubric', 'c2pa-2.4');
    expect(credentials.integrity).toBe('intact');
    expect(rubric).toMatchObject({ passed: 31, total: 31 });
    expect(JSON.stringify(credentials.store)).toContain('Ann, of Somewhere');
  });

  it('names the parent of an edit, and what was done', async () => {
    const { code, stderr } = await cli.run([
      ...['mark', '--sign-only', 'small.jpg', '-o', 'edited.jpg', '--parent', 'photo.png'],
      ...['--source', 'compositeWithTrainedAlgorithmicMedia', '--credit-model', 'SDXL@1.0'],
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { credentials, verdict } = await report('edited.jpg', '--trust', 'dev');
    expect(verdict.state).toBe('ai-edited');
    expect(credentials.claim?.actions.map(({ action }) => action)).toEqual([
      'c2pa.opened',
      'c2pa.edited',
    ]);
    expect(credentials.claim?.ingredients.map(({ title }) => title)).toEqual([
      'photo.png',
      'SDXL 1.0',
    ]);
  });

  it('--sidecar leaves the file as it is and writes the manifest beside it', async () => {
    const args = ['mark', '--sign-only', '--sidecar', 'small.jpg', '-o', 'beside.jpg'];
    const { code, stdout } = await cli.run(args);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'beside.jpg  signed, manifest in beside.c2pa\n',
    });
    expect(Buffer.compare(readFileSync(at('beside.jpg')), readFileSync(at('small.jpg')))).toBe(0);
    const { credentials } = await report('beside.jpg', '--manifest', 'beside.c2pa');
    expect(credentials).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
  });

  it('says when --manifest was not read, since the file has credentials inside', async () => {
    const args = ['mark', '--sign-only', 'small.jpg', '-o', 'inside.jpg', '--no-tsa'];
    expect((await cli.run(args)).code).toBe(0);
    const verify = ['verify', 'inside.jpg', '--manifest', 'beside.c2pa', '--json'];
    const { code, stdout, stderr } = await cli.run(verify);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: 'warning: --manifest was not read: inside.jpg has credentials inside\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({ credentials: { presence: 'embedded' } });
  });

  it('--remote-manifest stands in the file', async () => {
    const url = 'https://example.com/m.c2pa';
    const args = ['--remote-manifest', url, '--sidecar', '-o', 'far.jpg'];
    expect((await cli.run(['mark', '--sign-only', 'small.jpg', ...args])).code).toBe(0);
    const { credentials } = await report('far.jpg');
    expect(credentials).toMatchObject({ presence: 'remote', remoteUrl: url });
  });
});

describe('what is refused, before anything is written', () => {
  const long = 'x'.repeat(10_000);
  it.each<[string, string[], number]>([
    ['controls in a name', ['--creator', 'a\u001b[31mb'], 64],
    ['10,000 characters', ['--rights', long], 64],
    ['a licence of another scheme', ['--license', 'javascript:alert(1)'], 64],
    ['http for a remote manifest', ['--remote-manifest', 'http://example.com/m'], 64],
    ['terms without --training constrained', ['--training-terms', 'ask'], 64],
    ['--training constrained without terms', ['--training', 'constrained'], 64],
    ['another answer', ['--training', 'maybe'], 64],
    ['a parent without a source', ['--parent', 'photo.png'], 64],
    [
      'both a parent and an input',
      ['--parent', 'photo.png', '--input', 'photo.png', '--source', 'humanEdits'],
      64,
    ],
    ['a parent that is not there', ['--parent', 'none.png', '--source', 'humanEdits'], 1],
    ['a model without a version', ['--credit-model', 'SDXL'], 64],
    ['a model without a generative source', ['--credit-model', 'SDXL@1.0'], 64],
    ['--quality, which needs new pixels', ['--quality', '90'], 64],
  ])('%s', async (_name, args, expected) => {
    const { code, stdout, stderr } = await cli.run([
      ...['mark', '--sign-only', 'small.jpg', '-o', 'refused.jpg'],
      ...args,
    ]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).not.toContain('\u001b');
    expect(stderr.length).toBeLessThan(1500);
    expect(existsSync(at('refused.jpg'))).toBe(false);
  });

  it('a file that carries no credentials is exit code 5', async () => {
    writeFileSync(at('words.txt'), 'not a picture');
    const { code, stderr } = await cli.run(['mark', '--sign-only', 'words.txt']);
    expect(code).toBe(5);
    expect(stderr).toContain('C2PA_UNSUPPORTED_FORMAT');
  });
});

describe('mark, with a watermark', () => {
  it('says the same things, names the key, and verifies', async () => {
    const { code, stderr } = await cli.run([
      ...['mark', 'photo.png', '-o', 'marked.png', '--creator', 'Ann', '--thumbnail'],
      ...['--training', 'constrained', '--training-terms', 'ask Ann'],
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { credentials, watermarks, rubric } = await report('marked.png', '--rubric', 'c2pa-2.4');
    expect(watermarks[0]?.status).toBe('verified');
    expect(rubric).toMatchObject({ passed: 31 });
    const store = JSON.stringify(credentials.store);
    expect(store).toContain('"alg-params":"key=public"');
    expect(store).toContain('"constraint_info":"ask Ann"');
    expect(store).toContain('c2pa.thumbnail.claim');
  });
});

describe('generate', () => {
  it('states the same, and the prompt only when asked to', async () => {
    const { code, stdout, stderr } = await cli.run([
      ...['generate', 'a red apple', '--seed', '7', '--steps', '4', '-o', 'made.avif'],
      ...['--creator', 'Ann', '--training', 'unstated', '--include-prompt', '--sidecar'],
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/signed, manifest in made\.c2pa\n$/);
    const args = ['made.avif', '--manifest', 'made.c2pa', '--rubric', 'c2pa-2.4'];
    const { credentials, rubric } = await report(...args);
    expect(credentials).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
    expect(credentials.claim?.ingredients.map(({ title }) => title)).toContain('prompt');
    expect(rubric).toMatchObject({ passed: 31 });
    expect(JSON.stringify(credentials.store)).not.toContain('training-mining');
  });

  it('--unsafe-unmarked has no manifest to state anything in', async () => {
    const args = [
      'generate',
      'a red apple',
      '--unsafe-unmarked',
      '--creator',
      'Ann',
      '-o',
      'x.png',
    ];
    expect(await cli.run(args)).toMatchObject({ code: 64, stdout: '' });
    expect(existsSync(at('x.png'))).toBe(false);
  });
});
