import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { CheckFile, CheckResult } from '../../src/check/index.js';
import {
  changedFiles,
  createFileInspector,
  createPolicy,
  diffFiles,
  openSides,
} from '../../src/check/index.js';
import { encodeImage } from '../../src/image/index.js';
import { fixturePath } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';
import { brokenDiff } from './broken-tree.js';
import { NOW } from './support.js';

describe('what became of a file', () => {
  it('is told for each', async () => {
    const { files } = await brokenDiff();
    const facts = files.map(({ path, change, findings }) => [
      path.replace('.png', ''),
      change!.credentials,
      change!.watermark,
      findings.map(({ ruleId, level }) => `${ruleId} ${level}`).join(),
    ]);
    expect(facts).toEqual([
      ['added', 'added', 'none', ''],
      ['broken', 'broken', 'none', 'IM211 error'],
      ['dropped', 'dropped', 'none', 'IM111 error'],
      ['gained', 'gained', 'none', ''],
      ['kept', 'kept', 'none', ''],
      ['lost', 'kept', 'lost', 'IM511 error'],
      ['other-mark', 'kept', 'replaced', 'IM511 error'],
      ['plain', 'none', 'none', ''],
      ['re-signed', 're-signed', 'none', 'IM112 warning'],
      ['removed', 'removed', 'none', 'IM113 warning'],
      ['unread', 'unreadable', 'none', 'IM902 error'],
    ]);
  });
});

const dir = mkdtempSync(join(tmpdir(), 'imprint-diff-'));
const inspect = createFileInspector({ trust: [], keys: [], at: null, rubrics: {} });

async function compare(names: [string, string], paths: string[] = []): Promise<CheckResult> {
  const sides = await openSides(names, paths, dir, () => false);
  try {
    return await diffFiles(sides.before, sides.after, createPolicy(null), {
      inspect,
      now: NOW,
      watermark: false,
      names,
    });
  } finally {
    sides.close();
  }
}
const changes = ({ files }: CheckResult) =>
  files.map(({ path, change }) => [path, change!.from, change!.matched, change!.credentials]);

describe('two folders', () => {
  it('are matched by path, content and looks, one file into several', async () => {
    const picture = texturedPicture(256, 192);
    const png = await encodeImage(picture, { format: 'png' });
    for (const name of ['before', 'after']) mkdirSync(join(dir, name));
    writeFileSync(join(dir, 'before/photo.png'), png);
    writeFileSync(
      join(dir, 'before/signed.jpg'),
      readFileSync(fixturePath('manifests/marked.jpg')),
    );
    await sharp(png).resize(128).webp({ quality: 70 }).toFile(join(dir, 'after/photo-128.webp'));
    await sharp(png).jpeg({ quality: 60 }).toFile(join(dir, 'after/photo-256.jpg'));
    writeFileSync(join(dir, 'after/moved.jpg'), readFileSync(fixturePath('manifests/marked.jpg')));
    await sharp(await encodeImage(texturedPicture(256, 192, 99), { format: 'png' }))
      .png()
      .toFile(join(dir, 'after/other.png'));
    expect(changes(await compare(['before', 'after']))).toEqual([
      ['moved.jpg', 'signed.jpg', 'content', 'kept'],
      ['other.png', null, null, 'added'],
      ['photo-128.webp', 'photo.png', 'fingerprint', 'none'],
      ['photo-256.jpg', 'photo.png', 'fingerprint', 'none'],
    ]);
  });
});

describe('two revisions', () => {
  const repository = join(dir, 'repository');
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: repository,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: dir,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.org',
      },
    });

  it('are read from the object store, and only the paths that are asked for', async () => {
    mkdirSync(join(repository, 'img'), { recursive: true });
    git('init', '--quiet', '-b', 'main', '.');
    const signed = readFileSync(fixturePath('manifests/generated.png'));
    writeFileSync(join(repository, 'img/a b\n.png'), signed);
    writeFileSync(
      join(repository, 'img/bare.jpg'),
      readFileSync(fixturePath('manifests/marked.jpg')),
    );
    writeFileSync(join(repository, 'other.png'), signed);
    git('add', '-A');
    git('commit', '--quiet', '-m', '1');
    rmSync(join(repository, 'other.png'));
    renameSync(join(repository, 'img/a b\n.png'), join(repository, 'img/c.png'));
    await sharp(readFileSync(fixturePath('manifests/marked.jpg'))).toFile(
      join(repository, 'img/bare.jpg'),
    );
    git('add', '-A');
    git('commit', '--quiet', '-m', '2');
    // What lies in the work tree is not looked at.
    writeFileSync(join(repository, 'img/c.png'), 'garbage');
    const sides = await openSides(['HEAD~1', 'HEAD'], ['img'], repository, () => false);
    const result = await diffFiles(sides.before, sides.after, createPolicy(null), {
      inspect,
      now: NOW,
      watermark: false,
      names: ['HEAD~1', 'HEAD'],
    });
    sides.close();
    expect(changes(result)).toEqual([
      ['img/bare.jpg', 'img/bare.jpg', 'path', 'dropped'],
      ['img/c.png', 'img/a b\n.png', 'content', 'kept'],
    ]);
    expect(result.exitCode).toBe(2);
  });

  it('tell what changed since one, uncommitted and untracked files included', async () => {
    writeFileSync(join(repository, 'new.png'), 'x');
    expect(await changedFiles(repository, 'HEAD')).toEqual(['img/c.png', 'new.png']);
    expect(await changedFiles(repository, 'HEAD~1')).toEqual([
      'img/bare.jpg',
      'img/c.png',
      'new.png',
    ]);
  });

  it.each([['--output=x'], ['nowhere'], ['HEAD~9'], ['HEAD; touch x']])(
    'that do not exist are refused: %s',
    async (revision) => {
      await expect(changedFiles(repository, revision)).rejects.toMatchObject({ code: 'CHECK_GIT' });
    },
  );

  it('do not go with a folder', async () => {
    await expect(openSides(['img', 'HEAD'], [], repository, () => false)).rejects.toMatchObject({
      code: 'CHECK_DIFF',
    });
  });
});

it('a blob that is no longer there is told as unreadable', async () => {
  const file: CheckFile = {
    path: 'a.png',
    absolute: null,
    load: () => Promise.reject(new Error('gone')),
  };
  const seen = await inspect(file, { watermark: false, rubric: null });
  expect(seen).toMatchObject({ problem: { kind: 'unreadable', code: 'CHECK_INTERNAL' } });
});
