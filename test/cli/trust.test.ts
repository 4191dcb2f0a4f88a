/** `imprint trust`, `verify --trust official|interim`, `--crjson`: the built command line as a process. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeEngine } from '../../src/c2pa/native.js';
import type { Report } from '../../src/index.js';
import { encodeImage } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { peerForTest } from '../support/http-peer.js';
import { texturedPicture } from '../support/picture.js';

interface Listed {
  name: string;
  origin: string;
  date: string;
  sha256: string;
  certificates: number;
}

let cli: CliSession;
beforeAll(async () => {
  cli = cliSession();
  const photo = await encodeImage(texturedPicture(300, 200), { format: 'png' });
  writeFileSync(join(cli.dir, 'photo.png'), photo);
});
const lists = async (): Promise<Listed[]> =>
  JSON.parse((await cli.run(['trust', 'list', '--json'])).stdout) as Listed[];

/** A mirror that serves the folder of assets. */
const mirror = (change: (name: string, body: Uint8Array) => Uint8Array | string = (_n, b) => b) =>
  peerForTest(({ path }) => {
    const name = path.slice(1);
    const folder = name.startsWith('C2PA') ? 'conformance-public' : 'interim-trust-list';
    return {
      body: change(name, new Uint8Array(readFileSync(assetPath(`c2pa/${folder}/${name}`)))),
    };
  });

describe('verify --engine native', () => {
  it.each(['--crjson', '--rubric c2pa-2.4', '--at 2026-01-01'])('has no %s', async (option) => {
    const args = ['verify', 'photo.png', '--engine', 'native', ...option.split(' ')];
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, stdout }, stderr).toEqual({ code: 64, stdout: '' });
  });

  it('is used where it is installed; elsewhere its name and the way to it are told', async () => {
    const args = ['verify', 'photo.png', '--engine', 'native', '--json'];
    const { code, stdout } = await cli.run(args);
    const answer = JSON.parse(stdout) as { error?: { code: string; message: string } } & Report;
    const installed = await nativeEngine().then(
      ({ version }) => version,
      () => null,
    );
    if (installed !== null) expect(answer.tool.engines).toEqual({ c2pa: installed });
    else {
      expect(answer.error?.code).toBe('C2PA_ENGINE');
      expect(answer.error?.message).toContain('@contentauth/c2pa-node@');
    }
    expect(code).toBe(installed === null ? 1 : 0);
  });
});

describe('trust list', () => {
  it('shows date, hash, count and origin of what --trust uses, with nothing downloaded', async () => {
    const { code, stdout, stderr } = await cli.run(['trust', 'list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/official .*\n\s+issued\s+\d{4}-\d{2}-\d{2}, bundled/);
    expect(stdout).toMatch(/sha256\s+[0-9a-f]{64}/);
    for (const list of await lists()) {
      expect(list).toMatchObject({ origin: 'bundled' });
      expect(list).not.toHaveProperty('anchorsPem');
    }
  });

  it('does not believe a damaged download, and says what to do', async () => {
    const broken = cliSession();
    const { stdout } = await broken.run(['trust', 'list', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(2);
    const { code, stderr } = await broken.run(['trust', 'list'], {
      env: { IMPRINT_HOME: await withDamagedList() },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('[C2PA_TRUST_LIST]');
  });

  async function withDamagedList(): Promise<string> {
    const { mkdir, writeFile } = await import('node:fs/promises');
    const home = join(cli.dir, 'damaged');
    await mkdir(join(home, 'trust'), { recursive: true });
    await writeFile(join(home, 'trust/official.json'), '{}');
    return home;
  }
});

describe('trust update', () => {
  it.each([
    [['update', 'nonsense'], 'official or interim'],
    [['update', '--from', 'http://example.com/'], '--from expected an https address'],
    [['update', '--from', 'folder'], '--from expected an https address'],
  ])('trust %j is a usage error', async (args, message) => {
    const { code, stderr } = await cli.run(['trust', ...args]);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });

  it('that fails says why and keeps what there is', async () => {
    const { url } = await peerForTest(() => ({ status: 503 }));
    const { code, stderr, stdout } = await cli.run(['trust', 'update', '--from', url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/\[C2PA_FETCH\]/g)).toHaveLength(2);
    expect((await lists()).map(({ origin }) => origin)).toEqual(['bundled', 'bundled']);
  });

  it.skipIf(!haveAssets)(
    'downloads from a mirror, and what it brought is used (needs ../shared/assets)',
    async () => {
      const session = cliSession();
      const { url } = await mirror();
      const { code, stdout, stderr } = await session.run([
        ...['trust', 'update', '--from', url, '--json'],
      ]);
      expect(code).toBe(0);
      expect(stderr).toContain('official: unchanged');
      const updated = JSON.parse(stdout) as Listed[];
      expect(updated.map(({ name, origin }) => [name, origin])).toEqual([
        ['official', 'downloaded'],
        ['interim', 'downloaded'],
      ]);
      expect(readdirSync(join(session.home, 'trust')).sort()).toEqual([
        'interim.json',
        'official.json',
      ]);
      const listed = await session.run(['trust', 'list']);
      expect(listed.stdout).toContain('downloaded 20');
    },
  );

  it.skipIf(!haveAssets)(
    'refuses a mirror that changes a certificate (needs ../shared/assets)',
    async () => {
      const { url } = await mirror((name, body) =>
        name === 'C2PA-TRUST-LIST.json'
          ? Buffer.from(body).toString().replace('MIID', 'MIIE')
          : body,
      );
      const { code, stderr } = await cli.run(['trust', 'update', 'official', '--from', url]);
      expect(code).toBe(1);
      expect(stderr).toContain('[C2PA_TRUST_LIST]');
    },
  );
});

describe.skipIf(!haveAssets)('verify by published lists (needs ../shared/assets)', () => {
  const firefly = assetPath('c2pa/example-assets/Firefly_tabby_cat.jpg');
  const verify = async (...args: string[]): Promise<Report> => {
    const { stdout } = await cli.run(['verify', firefly, '--json', ...args]);
    return JSON.parse(stdout) as Report;
  };

  it('names the list that vouches, its date, and all that were asked', async () => {
    const { credentials } = await verify('--trust', 'official,interim');
    const [official, interim] = await lists();
    expect(credentials.signer).toMatchObject({
      status: 'trusted',
      list: 'interim',
      listDate: interim!.date,
    });
    expect(credentials.trustLists).toEqual(
      [official!, interim!].map(({ name, date, sha256 }) => ({ name, date, sha256 })),
    );
    const { stdout } = await cli.run(['verify', firefly, '--trust', 'interim']);
    expect(stdout).toContain('(list interim of 2026-01-01)');
  });

  it('is trusted by the interim list alone', async () => {
    expect((await verify('--trust', 'official')).credentials.signer).toMatchObject({
      status: 'untrusted',
      list: null,
      listDate: null,
    });
    expect((await verify()).credentials.trustLists).toEqual([]);
  });

  it('before its own timestamp is not trusted, and exits 4 where trust is required', async () => {
    const args = [firefly, '--trust', 'interim', '--require', 'trusted', '--at'];
    expect((await cli.run(['verify', ...args, '2025-12-01'])).code).toBe(0);
    const { code, stdout } = await cli.run(['verify', ...args, '2025-09-01']);
    expect(code).toBe(4);
    expect(stdout).toContain('IM306');
  });

  it('--crjson prints what the engine says, alone', async () => {
    const { code, stdout, stderr } = await cli.run(['verify', firefly, '--crjson']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      jsonGenerator: { name: 'c2pa-rs' },
      manifests: expect.arrayContaining([]) as unknown[],
    });
  });

  it('--crjson of several files is an array, and the worst code counts', async () => {
    const altered = assetPath('c2pa/c2pa-rs/XCA.jpg');
    const { code, stdout } = await cli.run(['verify', firefly, altered, 'photo.png', '--crjson']);
    expect(code).toBe(2);
    expect((JSON.parse(stdout) as unknown[]).map((document) => document === null)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

it('verify --crjson of a file without credentials: null, and exit 3', async () => {
  const { code, stdout, stderr } = await cli.run(['verify', 'photo.png', '--crjson']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: 'null\n' });
  expect(stderr).toContain('photo.png: no Content Credentials');
});
