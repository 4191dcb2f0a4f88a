import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';

let cli: CliSession;

beforeAll(async () => {
  cli = cliSession();
  const photo = await encodeImage(texturedPicture(320, 256), { format: 'png' });
  writeFileSync(join(cli.dir, 'photo.png'), photo);
});

describe('keys', () => {
  it('new makes a key that marks, and without which the mark cannot be read', async () => {
    expect((await cli.run(['keys', 'new', 'house.json', '--id', 'house'])).code).toBe(0);
    const path = join(cli.dir, 'house.json');
    expect(statSync(path).mode & 0o077).toBe(0);
    const { secret } = JSON.parse(readFileSync(path, 'utf8')) as { secret: string };
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect((await cli.run(['keys', 'check', 'house.json'])).stdout).toBe(
      'house.json  house, 32 bytes\n',
    );

    const marked = ['mark', 'photo.png', '-o', 'm.png', '--watermark-key', 'house.json'];
    expect((await cli.run(marked)).code).toBe(0);
    const required = ['verify', 'm.png', '--require', 'watermark'];
    expect((await cli.run(required)).code).toBe(3);
    expect((await cli.run([...required, '--watermark-key', 'house.json'])).code).toBe(0);
  });

  it('never writes over a file', async () => {
    writeFileSync(join(cli.dir, 'taken.json'), 'mine');
    const { code, stderr } = await cli.run(['keys', 'new', 'taken.json', '--id', 'house']);
    expect(code).toBe(64);
    expect(stderr).toContain('it is there already');
    expect(readFileSync(join(cli.dir, 'taken.json'), 'utf8')).toBe('mine');
  });

  it('reads no more of a key than a key has', async () => {
    const verify = ['verify', 'photo.png', '--watermark-key', '/dev/zero'];
    expect((await cli.run(verify)).stderr).toMatch(/no watermark key/);
  });

  it.each(['public', 'a b', '', 'x'.repeat(65)])('refuses the id %j', async (id) => {
    expect((await cli.run(['keys', 'new', 'never.json', '--id', id])).code).toBe(64);
  });
});
