/** Published lists: what is bundled, what is downloaded, and what is refused. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createGuardedFetch,
  issueCertificate,
  loadPublishedList,
  PUBLISHED,
  PUBLISHED_LISTS,
  toTrustList,
  updatePublishedList,
} from '../../src/c2pa/index.js';
import type { PublishedListName } from '../../src/c2pa/index.js';
import { readAnchors } from '../../src/c2pa/trust/check.js';
import { bundledTrustDir } from '../../src/c2pa/trust/store.js';
import { fixedClock, sha256Hex, systemClock } from '../../src/core/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { peerForTest } from '../support/http-peer.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const NOW = new Date('2027-03-01T00:00:00Z');
const newDir = (): string => join(mkdtempSync(join(tmpdir(), 'imprint-trust-')), 'trust');
const fetch = createGuardedFetch({ unsafeAllowAddress: () => true, unsafeAllowHttp: true });

const bundled = await loadPublishedList('official', newDir());
const anchors = readAnchors('official', bundled.anchorsPem);
const pemOf = (certificates: typeof anchors): string => certificates.map(String).join('\n');

/** An index as C2PA publishes it (ETSI TS 119 602). */
const indexOf = (certificates: typeof anchors, issued: string, nextUpdate: string) =>
  JSON.stringify({
    LoTE: {
      ListAndSchemeInformation: { ListIssueDateTime: issued, NextUpdate: nextUpdate },
      TrustedEntitiesList: certificates.map((certificate) => ({
        TrustedEntityServices: [
          {
            ServiceInformation: {
              ServiceDigitalIdentity: {
                X509Certificates: [{ val: certificate.raw.toString('base64') }],
              },
            },
          },
        ],
      })),
    },
  });

/** Files of an official list, as a publisher would serve them. */
function officialFiles({
  signers = anchors,
  authorities = anchors.slice(0, 4),
  issued = '2027-02-01T00:00:00Z',
} = {}): Record<string, string> {
  return {
    '/C2PA-TRUST-LIST.pem': `Subject CN=x\n${pemOf(signers)}`,
    '/C2PA-TRUST-LIST.json': indexOf(signers, issued, '2028-02-01T00:00:00Z'),
    '/C2PA-TSA-TRUST-LIST.pem': pemOf(authorities),
    '/C2PA-TSA-TRUST-LIST.json': indexOf(authorities, issued, '2027-12-01T00:00:00Z'),
  };
}

async function update(
  files: Record<string, string>,
  dir = newDir(),
  name: PublishedListName = 'official',
) {
  const { url } = await peerForTest(({ path }) => {
    const body = files[path];
    return body === undefined ? { status: 404 } : { body };
  });
  return updatePublishedList(name, { fetch, clock: fixedClock(NOW), base: url, dir });
}

describe('the bundled snapshot', () => {
  it.each(PUBLISHED_LISTS)(
    '%s: can be read, and its hash is that of its certificates',
    async (name) => {
      const list = await loadPublishedList(name, newDir());
      expect(list).toMatchObject({ name, origin: 'bundled' });
      expect(list.sha256).toBe(sha256Hex(Buffer.from(list.anchorsPem)));
      expect(list.certificates).toBeGreaterThan(10);
      expect(list.sources.map(({ url }) => url)).toEqual(
        PUBLISHED[name].files.map((file) => PUBLISHED[name].base + file.name),
      );
    },
  );

  it.skipIf(!haveAssets)('is what was published (needs ../shared/assets)', async () => {
    const folders = { official: 'conformance-public', interim: 'interim-trust-list' };
    for (const name of PUBLISHED_LISTS) {
      const { sources } = await loadPublishedList(name, newDir());
      for (const { url, sha256 } of sources) {
        const file = assetPath(`c2pa/${folders[name]}/${url.slice(url.lastIndexOf('/') + 1)}`);
        expect(sha256Hex(readFileSync(file))).toBe(sha256);
      }
    }
  });
});

describe('an update', () => {
  it('is fetched, checked, kept with date and hash, and used from then on', async () => {
    const dir = newDir();
    const files = officialFiles({ signers: anchors.slice(2), authorities: anchors.slice(2, 6) });
    const { list, changed } = await update(files, dir);
    expect(changed).toBe(true);
    expect(list).toMatchObject({
      name: 'official',
      origin: 'downloaded',
      date: '2027-02-01T00:00:00Z',
      nextUpdate: '2027-12-01T00:00:00Z',
      fetched: NOW.toISOString(),
      certificates: anchors.length - 2,
    });
    expect(list.sources).toHaveLength(4);
    const loaded = await loadPublishedList('official', dir);
    expect(loaded).toEqual(list);
    expect(toTrustList(loaded)).toMatchObject({ date: list.date, sha256: list.sha256 });
    expect(readdirSync(dir)).toEqual(['official.json']);
    expect((await update(files, dir)).changed).toBe(false);
  });

  it('of the interim list brings its key usages', async () => {
    const files = {
      '/anchors.pem': pemOf(anchors),
      '/store.cfg': '//id-kp-emailProtection \n1.3.6.1.5.5.7.3.4\r\n# more\n1.2.3.4\n',
    };
    const { list } = await update(files, newDir(), 'interim');
    expect(list).toMatchObject({
      keyUsages: ['1.3.6.1.5.5.7.3.4', '1.2.3.4'],
      date: '2026-01-01T00:00:00Z',
    });
    const bad = { ...files, '/store.cfg': 'emailProtection' };
    await throwsWithCode(() => update(bad, newDir(), 'interim'), 'C2PA_TRUST_LIST');
  });

  const other = issueCertificate({
    organization: 'Stranger',
    name: 'Stranger CA',
    role: 'ca',
    days: 1,
    clock: systemClock,
  }).certificatePem;

  it.each<[string, (files: Record<string, string>) => Record<string, string>, string]>([
    ['a file that is missing', ({ '/C2PA-TRUST-LIST.pem': _, ...rest }) => rest, 'C2PA_FETCH'],
    ['an empty file', (f) => ({ ...f, '/C2PA-TRUST-LIST.pem': '' }), 'C2PA_TRUST_LIST'],
    ['a web page', (f) => ({ ...f, '/C2PA-TRUST-LIST.pem': '<html>' }), 'C2PA_TRUST_LIST'],
    [
      'an index that is no JSON',
      (f) => ({ ...f, '/C2PA-TRUST-LIST.json': '{' }),
      'C2PA_TRUST_LIST',
    ],
    [
      'a certificate cut off',
      (f) => ({ ...f, '/C2PA-TSA-TRUST-LIST.pem': f['/C2PA-TSA-TRUST-LIST.pem']!.slice(0, -80) }),
      'C2PA_TRUST_LIST',
    ],
    [
      'a certificate that the index does not name',
      (f) => ({ ...f, '/C2PA-TRUST-LIST.pem': f['/C2PA-TRUST-LIST.pem']! + other }),
      'C2PA_TRUST_LIST',
    ],
    [
      'an index without a date',
      (f) => ({
        ...f,
        '/C2PA-TRUST-LIST.json': f['/C2PA-TRUST-LIST.json']!.replace('ListIssue', 'x'),
      }),
      'C2PA_TRUST_LIST',
    ],
    [
      '2 certificates only',
      () => officialFiles({ signers: anchors.slice(0, 2), authorities: anchors.slice(0, 1) }),
      'C2PA_TRUST_LIST',
    ],
    [
      'less than half of what is in use',
      () => officialFiles({ signers: anchors.slice(0, 10) }),
      'C2PA_TRUST_LIST',
    ],
    [
      'a list older than the one in use',
      () => officialFiles({ issued: '2025-01-01T00:00:00Z' }),
      'C2PA_TRUST_LIST',
    ],
    ['3 MiB', (f) => ({ ...f, '/C2PA-TRUST-LIST.pem': 'x'.repeat(3 << 20) }), 'C2PA_FETCH'],
  ])('with %s is refused, and changes nothing', async (_what, change, code) => {
    const dir = newDir();
    await throwsWithCode(() => update(change(officialFiles()), dir), code);
    expect(await loadPublishedList('official', dir)).toEqual(bundled);
  });
});

describe('what was downloaded', () => {
  it('gives way to a snapshot that was issued later', async () => {
    const dir = newDir();
    await update(officialFiles(), dir);
    const path = join(dir, 'official.json');
    const old = {
      ...JSON.parse(readFileSync(path, 'utf8')),
      date: '2025-01-01T00:00:00Z',
    } as object;
    writeFileSync(path, JSON.stringify(old));
    expect((await loadPublishedList('official', dir)).origin).toBe('bundled');
  });

  it.each([
    ['cut', (text: string) => text.slice(0, 500)],
    ['emptied', () => ''],
    ['changed by hand', (text: string) => text.replace(/MII/, 'MIJ')],
    ['another list', (text: string) => text.replace('"official"', '"interim"')],
    [
      'of another schema',
      (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
    ],
  ])('is not believed when it is %s, and an update mends it', async (_what, change) => {
    const dir = newDir();
    await update(officialFiles(), dir);
    const path = join(dir, 'official.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    const error = await throwsWithCode(() => loadPublishedList('official', dir), 'C2PA_TRUST_LIST');
    expect(error.message).toContain('imprint trust update');
    expect((await update(officialFiles(), dir)).changed).toBe(true);
    expect((await loadPublishedList('official', dir)).origin).toBe('downloaded');
  });
});

it('the snapshot is in the package', () => {
  const { files } = JSON.parse(
    readFileSync(join(bundledTrustDir(), '../package.json'), 'utf8'),
  ) as {
    files: string[];
  };
  expect(files).toContain('trust');
});
