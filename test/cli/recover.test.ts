import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RegistryRecord } from '../../src/provenance/index.js';
import { decodeImage, encodeImage } from '../../src/provenance/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);
interface Row {
  manifestId: string | null;
}

beforeAll(async () => {
  cli = cliSession();
  const picture = texturedPicture(600, 512);
  writeFileSync(at('photo.png'), await encodeImage(picture, { format: 'png' }));
});

describe('the registry of the command line', () => {
  let id: string;

  it('is a file of the user alone, which every mark goes to', async () => {
    const { code, stdout } = await cli.run(['mark', 'photo.png', '-o', 'marked.png', '--json']);
    expect(code).toBe(0);
    id = (JSON.parse(stdout) as Row).manifestId!;
    expect(id).toMatch(/^urn:c2pa:/);
    expect(statSync(join(cli.home, 'registry.db')).mode & 0o777).toBe(0o600);
  });

  it('recovers the manifest of a stripped copy into a sidecar', async () => {
    const { pixels } = await decodeImage(readFileSync(at('marked.png')));
    writeFileSync(at('copy.jpg'), await encodeImage(pixels, { format: 'jpeg', quality: 80 }));
    const { code, stdout, stderr } = await cli.run(['recover', 'copy.jpg', '--out', 'copy.c2pa']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'wrote copy.c2pa\n' });
    expect(stdout).toContain(`Associated  ${id}`);
    expect(stdout).toContain('associated by its watermark, and the picture looks the same');
    expect(stdout).not.toContain('verified');
    const show = await cli.run(['registry', 'show', id, '--manifest', 'shown.c2pa']);
    expect(JSON.parse(show.stdout)).toMatchObject({ id, origin: 'unstated' });
    expect(readFileSync(at('shown.c2pa'))).toEqual(readFileSync(at('copy.c2pa')));
  });

  it('is asked by verify only when told to', async () => {
    const { stdout } = await cli.run(['verify', 'copy.jpg', '--recover', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ credentials: { presence: 'recovered' } });
  });

  it('goes to another registry as lines, and what is there already stays', async () => {
    const { stdout } = await cli.run(['registry', 'export']);
    const to = (): string[] => ['registry', 'import', '--registry', 'other.db'];
    const stdin = new TextEncoder().encode(stdout);
    expect((await cli.run(to(), { stdin })).stdout).toBe('1 added, 0 there already\n');
    expect((await cli.run(to(), { stdin })).stdout).toBe('0 added, 1 there already\n');
    const list = await cli.run(['registry', 'list', '--json'], {
      env: { IMPRINT_REGISTRY: 'other.db' },
    });
    expect((JSON.parse(list.stdout) as RegistryRecord[]).map((record) => record.id)).toEqual([id]);
    const bad = await cli.run(to(), { stdin: new TextEncoder().encode('{"id": 1}\n') });
    expect(bad).toMatchObject({ code: 64, stdout: '' });
  });

  it('forgets what is deleted, and says what it does not know', async () => {
    expect((await cli.run(['registry', 'delete', id, '--registry', 'other.db'])).code).toBe(0);
    const again = await cli.run(['registry', 'delete', id, '--registry', 'other.db']);
    expect(again).toMatchObject({ code: 3, stderr: `the registry knows no manifest ${id}\n` });
    const none = await cli.run(['recover', 'photo.png', '--registry', 'other.db', '-o', 'x.c2pa']);
    expect(none.code).toBe(3);
    expect(existsSync(at('x.c2pa'))).toBe(false);
  });

  it('out of order stops a mark before anything is written, unless it is not wanted', async () => {
    writeFileSync(at('broken.db'), 'no database, but long enough to be read as one. '.repeat(100));
    const args = ['mark', 'photo.png', '-o', 'unwritten.png', '--sign-only'];
    const broken = await cli.run([...args, '--registry', 'broken.db']);
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(
      /broken\.db is damaged or no database.*the image was not written/,
    );
    expect(broken.stderr).toContain('[REGISTRY_CORRUPT]');
    const away = await cli.run(args, {
      env: { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' },
    });
    expect(away.stderr).toContain('[REGISTRY_UNAVAILABLE]');
    expect(away.stderr).not.toContain('secret');
    const mysql = await cli.run(args, { env: { DATABASE_URL: 'mysql://u:secret@h/x' } });
    expect(mysql.stderr).toContain('[REGISTRY_UNSUPPORTED]');
    expect(existsSync(at('unwritten.png'))).toBe(false);
    const { code, stdout } = await cli.run([...args, '--no-registry', '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Row).manifestId).toBeNull();
  });

  it('is never written over by the image', async () => {
    copyFileSync(join(cli.home, 'registry.db'), at('kept.png'));
    const args = ['mark', 'photo.png', '-o', 'kept.png', '--registry', 'kept.png'];
    expect((await cli.run(args)).code).toBe(64);
  });
});
