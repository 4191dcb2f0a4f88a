import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hammingDistance } from '../../src/core/index.js';
import type { Registry } from '../../src/registry/index.js';
import { openRegistry } from '../../src/registry/index.js';
import type { PostgresServer } from '../support/postgres.js';
import { postgresBin, startPostgres } from '../support/postgres.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { digest, flipped, newRecord } from './records.js';

// A missing server must not pass as a passed test where both are promised.
const postgresHere = postgresBin() !== null || process.env['CI'] !== undefined;
let server: PostgresServer | undefined;

beforeAll(async () => {
  if (postgresHere) server = await startPostgres(['fsync=off', 'shared_buffers=16MB']);
});
afterAll(async () => {
  await server?.stop();
});

const DATABASES = [
  ['SQLite', () => Promise.resolve(join(mkdtempSync(join(tmpdir(), 'imprint-reg-')), 'sub/r.db'))],
  ['PostgreSQL', () => server!.createDatabase()],
] as const;

describe.each(DATABASES)('a registry in %s', (kind, address) => {
  const here = kind === 'SQLite' || postgresHere;
  let registry: Registry;
  let where: string;
  beforeAll(async () => {
    if (!here) return;
    where = await address();
    registry = await openRegistry(where);
  });
  afterAll(() => registry?.close());
  const promise = it.runIf(here);

  promise('gives back what was put, by id, binding, asset and fingerprint', async () => {
    const { manifest, ...fields } = newRecord(1);
    expect(await registry.put(newRecord(1))).toBe(true);
    const record = {
      ...fields,
      manifest: { sha256: digest('manifest 1'), bytes: manifest.length },
    };
    expect(await registry.get(record.id)).toEqual(record);
    expect(await registry.readManifest(record.id)).toEqual(manifest);
    expect(await registry.findByBinding(record.bindings[0]!)).toEqual([record]);
    expect(await registry.findByAsset(record.asset!.sha256)).toEqual([record]);
    expect(await registry.findNearest(record.fingerprint!.hash)).toEqual([{ record, distance: 0 }]);
  });

  promise('answers nothing about what it does not know', async () => {
    expect(await registry.get('urn:c2pa:none')).toBeNull();
    expect(await registry.readManifest('urn:c2pa:none')).toBeNull();
    expect(await registry.findByBinding({ alg: 'com.example.mark', value: '1*' })).toEqual([]);
    expect(await registry.findByAsset(digest('nothing'))).toEqual([]);
    expect(await registry.findNearest(digest('nothing'))).toEqual([]);
    expect(await registry.remove('urn:c2pa:none')).toBe(false);
    expect(await registry.bind('urn:c2pa:none', { alg: 'a', value: 'b' })).toBe(false);
  });

  promise('takes the same record twice, and no other under its id', async () => {
    await registry.put(newRecord(2));
    const more = { alg: 'com.example.other', value: 'x' };
    const again = newRecord(2, { bindings: [...newRecord(2).bindings, more] });
    expect(await registry.put(again)).toBe(false);
    expect((await registry.get(again.id))?.bindings).toEqual(again.bindings);
    await throwsWithCode(
      () => registry.put(newRecord(2, { manifest: new Uint8Array([1]) })),
      'REGISTRY_CONFLICT',
    );
    expect(await registry.readManifest(again.id)).toEqual(newRecord(2).manifest);
  });

  promise('keeps several bindings of a manifest and several manifests of a binding', async () => {
    const shared = { alg: 'com.example.shared', value: `1*${'"\'; drop table'} \u{1f600}` };
    for (const n of [3, 4]) {
      await registry.put(newRecord(n));
      expect(await registry.bind(newRecord(n).id, shared)).toBe(true);
      expect(await registry.bind(newRecord(n).id, shared)).toBe(true);
    }
    const found = await registry.findByBinding(shared);
    expect(found.map(({ id }) => id)).toEqual([newRecord(4).id, newRecord(3).id]);
    expect(found[0]!.bindings).toHaveLength(2);
    expect(await registry.findByBinding(shared, 1)).toHaveLength(1);
  });

  promise('keeps a manifest alone: no asset, no fingerprint, no binding', async () => {
    const bare = newRecord(5, { asset: null, fingerprint: null, bindings: [], signer: null });
    await registry.put(bare);
    expect(await registry.get(bare.id)).toMatchObject({
      asset: null,
      fingerprint: null,
      bindings: [],
    });
  });

  promise('forgets a manifest with all that leads to it', async () => {
    const { id, bindings, asset, fingerprint } = newRecord(6);
    await registry.put(newRecord(6));
    expect(await registry.remove(id)).toBe(true);
    expect(await registry.get(id)).toBeNull();
    expect(await registry.findByBinding(bindings[0]!)).toEqual([]);
    expect(await registry.findByAsset(asset!.sha256)).toEqual([]);
    expect(await registry.findNearest(fingerprint!.hash)).toEqual([]);
    expect(await registry.put(newRecord(6))).toBe(true);
  });

  promise('lists all, newest first, page by page', async () => {
    const ids: string[] = [];
    let before: number | undefined;
    do {
      const page = await registry.list({ limit: 2, ...(before === undefined ? {} : { before }) });
      ids.push(...page.records.map(({ id }) => id));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(ids).toEqual([6, 5, 4, 3, 2, 1].map((n) => newRecord(n).id));
  });

  promise('finds every fingerprint within 31 bits, and none beyond the radius', async () => {
    const stored = [1, 2, 3, 4].map((n) => newRecord(n).fingerprint!.hash);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 31 }),
        async (which, places, radius) => {
          const asked = flipped(stored[which]!, places);
          const found = await registry.findNearest(asked, { radius });
          const expected = stored
            .map((hash) => hammingDistance(hash, asked))
            .filter((distance) => distance <= radius);
          expect(found.map(({ distance }) => distance)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  promise('finds what differs in two bits of every band but one, the hardest case', async () => {
    const { hash } = newRecord(1).fingerprint!;
    for (const spared of [0, 7, 15]) {
      const places = Array.from({ length: 16 }, (_, band) =>
        band === spared ? [band * 16 + 5] : [band * 16, band * 16 + 15],
      ).flat();
      const [near] = await registry.findNearest(flipped(hash, places));
      expect(near).toMatchObject({ distance: 31, record: { id: newRecord(1).id } });
    }
  });

  promise('does not search fingerprints that say little', async () => {
    const flat = newRecord(7, { fingerprint: { hash: digest('flat'), quality: 49 } });
    await registry.put(flat);
    expect(await registry.findNearest(digest('flat'))).toEqual([]);
    expect((await registry.get(flat.id))?.fingerprint).toEqual(flat.fingerprint);
  });

  promise('keeps the nearest first and stops at the limit', async () => {
    const { hash } = newRecord(8).fingerprint!;
    for (const [n, places] of [
      [8, []],
      [9, [0, 40]],
      [10, [1]],
    ] as const) {
      const fingerprint = { hash: flipped(hash, places), quality: 100 };
      await registry.put(newRecord(n, { fingerprint }));
    }
    const near = await registry.findNearest(hash, { limit: 2 });
    expect(near.map(({ distance }) => distance)).toEqual([0, 1]);
  });

  promise('is filled by many at once, each of which sees its own', async () => {
    const others = await Promise.all([openRegistry(where), openRegistry(where)]);
    const numbers = Array.from({ length: 30 }, (_, i) => 100 + i);
    const put = await Promise.all(numbers.map((n) => others[n % 2]!.put(newRecord(n))));
    expect(put.every(Boolean)).toBe(true);
    // The same from both: one of them adds it.
    const same = await Promise.all(others.map((other) => other.put(newRecord(200))));
    expect(same.sort()).toEqual([false, true]);
    for (const n of numbers) expect(await registry.get(newRecord(n).id)).not.toBeNull();
    await Promise.all(others.map((other) => other.close()));
  });

  promise('makes its tables once when several open it at the same time', async () => {
    const fresh = await address();
    const opened = await Promise.all(Array.from({ length: 4 }, () => openRegistry(fresh)));
    await Promise.all(opened.map((one, i) => one.put(newRecord(i))));
    expect((await opened[0]!.list()).records).toHaveLength(4);
    await Promise.all(opened.map((one) => one.close()));
  });

  promise('refuses arguments that cannot be meant', async () => {
    const bad = [
      () => registry.findNearest('zz'),
      () => registry.findNearest(digest('x'), { radius: 32 }),
      () => registry.findByBinding({ alg: '', value: 'x' }),
      () => registry.findByBinding({ alg: 'a', value: 'nul\0' }),
      () => registry.list({ limit: 0 }),
      () => registry.put(newRecord(1, { id: 'x'.repeat(1001) })),
      () => registry.put(newRecord(1, { time: 'yesterday' })),
      () => registry.put(newRecord(1, { manifest: new Uint8Array(0) })),
      () => registry.put(newRecord(1, { fingerprint: { hash: 'ABC', quality: 1 } })),
    ];
    for (const call of bad) await expect(call()).rejects.toThrow(RangeError);
  });
});
