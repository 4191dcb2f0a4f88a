import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/check/index.js';
import { FORMAT_NAMES, PRESET_NAMES } from '../../src/check/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { fixturePath } from '../support/fixtures.js';
import { startTsaPeer } from '../support/tsa-peer.js';
import { exampleTree, told } from './example-tree.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);
const json = (path: string): CheckResult =>
  JSON.parse(readFileSync(at(path), 'utf8')) as CheckResult;

beforeAll(async () => {
  cli = cliSession();
  await exampleTree(cli.dir);
});

const EXPECTED = [
  'img/altered.png IM201 error',
  'img/altered.png IM301 warning',
  'img/altered.png IM901 warning',
  'img/broken.jpg IM903 error',
  'img/generated.png IM301 warning',
  'img/line\nbreak.webp IM404 error',
  'public/signed/bare.png IM101 error',
];

describe('imprint check', () => {
  it('writes all reports of one run, and looks at nothing twice', async () => {
    const first = await cli.run([
      'check',
      '--format',
      'human,json=out/a.json,sarif=out/a.sarif,junit=out/a.xml',
    ]);
    expect(first).toMatchObject({ code: 2, stderr: '' });
    expect(first.stdout).toContain(
      'img/line\\x0abreak.webp\n  IM404 error: Generated and not labelled',
    );
    expect(told(json('out/a.json'))).toEqual(EXPECTED);
    expect(existsSync(at('out/a.sarif')) && existsSync(at('out/a.xml'))).toBe(true);
    const cached = readFileSync(join(cli.home, 'check/cache'), 'utf8');
    const second = await cli.run(['check', '--format', 'json']);
    expect(readFileSync(join(cli.home, 'check/cache'), 'utf8')).toBe(cached);
    const again = JSON.parse(second.stdout) as CheckResult;
    expect({ ...again, time: '' }).toEqual({ ...json('out/a.json'), time: '' });
    rmSync(at('out'), { recursive: true });
  });

  it('is held to a baseline, and to what changed in it', async () => {
    const base = ['check', '--baseline', 'base.json', '--format', 'json'];
    expect((await cli.run([...base, '--update-baseline'])).code).toBe(0);
    const held = await cli.run(base);
    expect(held.code).toBe(0);
    appendFileSync(at('img/broken.jpg'), 'x');
    expect((await cli.run(base)).code).toBe(5);
    rmSync(at('base.json'));
  });

  it.each<[string, string[], number, string]>([
    ['a policy with a mistake', ['--policy', 'bad.yaml'], 64, 'bad.yaml:3: unknown key "requires"'],
    ['no such policy', ['--policy', 'none.yaml'], 64, 'none.yaml: no such policy file'],
    ['an unknown format', ['--format', 'pdf'], 64, '--format expected one of human'],
    ['two formats for one stream', ['--format', 'json,sarif'], 64, 'only one of json and sarif'],
    ['a report over the policy', ['--format', 'json=imprint.yaml'], 64, 'would write over'],
    ['a report over an image', ['--format', 'json=img/photo.jpg'], 64, 'got an image'],
    ['a baseline without end', ['--baseline', '/dev/zero'], 64, 'no regular file'],
    ['a side that is an empty word', ['--diff', '', 'img'], 64, '--diff expected BEFORE AFTER'],
    ['a revision like an option', ['--changed-since=--upload-pack=x'], 1, '[CHECK_GIT]'],
    ['an unknown preset', ['--preset', 'lax'], 64, '--preset expected one of'],
    ['a baseline that is none', ['--baseline', 'imprint.yaml'], 64, 'is no baseline'],
    ['a pattern that matches nothing', ['*.nothing'], 64, 'nothing matches'],
    ['one side of a comparison', ['--diff', 'img'], 64, '--diff expected BEFORE AFTER'],
    ['a revision outside a repository', ['--changed-since', 'main'], 1, '[CHECK_GIT]'],
    ['an unknown rule', ['--explain', 'IM999'], 64, '--explain expected one of IM101'],
  ])('%s: one line, no report', async (_name, args, code, message) => {
    writeFileSync(at('bad.yaml'), 'rules:\n  - paths: a\n    requires: [trusted]\n');
    const result = await cli.run(['check', '--no-cache', ...args]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain('    at ');
  });

  it('a report that cannot be written is named, and the exit code says so', async () => {
    const { code, stderr } = await cli.run([
      'check',
      'img/photo.jpg',
      '--format',
      'json=img/photo.jpg/a.json',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^imprint: cannot write img\/photo\.jpg\/a\.json \(\w+\) \[CHECK_REPORT\]\n$/,
    );
  });

  it('a policy that is named through a link has its paths in the folder behind it', async () => {
    symlinkSync('.', at('link'));
    const result = await cli.run(['check', '--policy', 'link/imprint.yaml', 'public']);
    rmSync(at('link'));
    expect(result.stdout).toContain('public/signed/bare.png\n  IM101 error');
  });

  it('a file that cannot be read is told among the others, and by the exit code', async () => {
    const { code, stdout } = await cli.run(['check', 'img/photo.jpg', 'img/gone.png']);
    expect(code).toBe(1);
    expect(stdout).toContain('IM902 error: no such file');
  });

  it('knows in its help the formats and presets that there are', async () => {
    const { stdout } = await cli.run(['check', '--help']);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain(FORMAT_NAMES.join(', '));
    expect(words).toContain(PRESET_NAMES.join(', '));
  });

  it('compares what a step made of the images', async () => {
    mkdirSync(at('step'));
    copyFileSync(fixturePath('manifests/marked.jpg'), at('step/kept.jpg'));
    mkdirSync(at('dist'));
    copyFileSync(fixturePath('manifests/marked.jpg'), at('dist/renamed.jpg'));
    const { code, stdout } = await cli.run([
      'check',
      '--diff',
      'step',
      'dist',
      '--no-watermark',
      '-v',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('dist/renamed.jpg  kept, was ');
    await sharp(fixturePath('manifests/marked.jpg')).toFile(at('dist/kept.jpg'));
    rmSync(at('dist/renamed.jpg'));
    const dropped = await cli.run(['check', '--diff', 'step', 'dist', '--no-watermark']);
    expect(dropped.code).toBe(2);
    expect(dropped.stdout).toContain('IM111 error');
    for (const name of ['step', 'dist']) rmSync(at(name), { recursive: true });
  });
});

describe('evidence', () => {
  it('is signed, names every file, and shows any change', async () => {
    const { code, stderr } = await cli.run(['check', '--evidence', 'evidence']);
    expect(code).toBe(2);
    expect(stderr).toContain('its time is unproved (--tsa)');
    const verify = (...more: string[]) =>
      cli.run(['evidence', 'verify', 'evidence', '--json', ...more]);
    const whole = await verify('--trust', 'dev', '--files', '.');
    expect(whole.code).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({ problems: [], trusted: true, exitCode: 2 });
    expect((await verify()).code).toBe(4);

    const results = readFileSync(at('evidence/results.json'), 'utf8');
    writeFileSync(at('evidence/results.json'), results.replace('"fail"', '"pass"'));
    appendFileSync(at('img/photo.jpg'), 'x');
    const changed = await verify('--trust', 'dev', '--files', '.');
    expect(changed.code).toBe(2);
    expect((JSON.parse(changed.stdout) as { problems: string[] }).problems).toEqual([
      'results.json was changed after signing',
      'img/photo.jpg was changed since',
    ]);

    const jws = readFileSync(at('evidence/statement.jws'), 'utf8');
    const [head, body, signature] = jws.split('.');
    const other = Buffer.from(body!, 'base64url')
      .toString('utf8')
      .replace('"exitCode": 2', '"exitCode": 0');
    writeFileSync(
      at('evidence/statement.jws'),
      [head, Buffer.from(other).toString('base64url'), signature].join('.'),
    );
    const forged = await verify('--trust', 'dev');
    expect(forged.code).toBe(2);
    expect(forged.stderr).toContain('[CHECK_EVIDENCE]');
    rmSync(at('evidence/statement.jws'));
    expect((await verify()).stderr).toContain('statement.jws is not in the bundle');
  });

  it('is stamped by the authority that is named, whom a list must vouch for', async () => {
    const { url } = await startTsaPeer();
    const { code, stderr } = await cli.run(['check', '--evidence', 'stamped', '--tsa', url]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'wrote evidence to stamped\n' });
    const verify = ['evidence', 'verify', 'stamped', '--trust', 'dev'];
    expect((await cli.run(verify)).code).toBe(0);
    const asked = await cli.run([...verify, '--require-timestamp']);
    expect(asked.code).toBe(4);
    expect(asked.stdout).toMatch(
      /time is unproved: stamped .* by O=Test, CN=Test TSA, on no trust/,
    );
  });
});
