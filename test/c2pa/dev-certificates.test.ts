import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDevCertificates } from '../../src/c2pa/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { sha256 } from './helpers.js';

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;
let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'imprint-dev-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('ensureDevCertificates', () => {
  it('makes a set once, readable by its owner only', async () => {
    const dir = join(root, 'deep', 'certs');
    const first = await ensureDevCertificates(dir);
    expect(first).toMatchObject({ created: true, dir });
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(dir)) {
      expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
    }
    const second = await ensureDevCertificates(dir);
    expect(second.created).toBe(false);
    expect(second.signer.chain).toEqual(first.signer.chain);
    expect(second.anchorsPem).toBe(first.anchorsPem);
    expect(await readdir(join(root, 'deep'))).toEqual(['certs']);
  });

  it('two at once end up with one set', async () => {
    const dir = join(root, 'race');
    const all = await Promise.all([1, 2, 3, 4].map(() => ensureDevCertificates(dir)));
    expect(all.filter((set) => set.created)).toHaveLength(1);
    expect(new Set(all.map((set) => set.anchorsPem)).size).toBe(1);
    expect((await readdir(root)).filter((name) => name.startsWith('.race'))).toEqual([]);
  });

  it('uses an empty folder, refuses a foreign one and an incomplete set', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    expect((await ensureDevCertificates(empty)).created).toBe(true);
    const foreign = join(root, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'diary.txt'), 'dear');
    await throwsWithCode(() => ensureDevCertificates(foreign), 'C2PA_CERTIFICATE');
    expect(await readdir(foreign)).toEqual(['diary.txt']);
    await rm(join(empty, 'tsa.key'));
    await throwsWithCode(() => ensureDevCertificates(empty), 'C2PA_CERTIFICATE');
  });
});

describe.skipIf(!haveOpenssl)('what openssl says (needs openssl)', () => {
  it('accepts the chain and a timestamp', async () => {
    const dir = join(root, 'openssl');
    const set = await ensureDevCertificates(dir);
    const run = (...args: string[]): string =>
      execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: 'pipe' });
    expect(run('verify', '-x509_strict', '-CAfile', 'ca.pem', 'signer.pem', 'tsa.pem')).toBe(
      'signer.pem: OK\ntsa.pem: OK\n',
    );
    const data = new TextEncoder().encode('stamped');
    await writeFile(join(dir, 'data'), data);
    await writeFile(join(dir, 'token'), await set.timestamp.timestamp(sha256(data)));
    const check = ['ts', '-verify', '-token_in', '-in', 'token', '-CAfile', 'ca.pem', '-data'];
    expect(run(...check, 'data')).toContain('Verification: OK');
    await writeFile(join(dir, 'other'), 'not stamped');
    expect(() => run(...check, 'other')).toThrow();
    expect(await readFile(join(dir, 'signer.key'), 'utf8')).toContain('BEGIN PRIVATE KEY');
  });
});
