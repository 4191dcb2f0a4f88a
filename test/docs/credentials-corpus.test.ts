/** docs/credentials-corpus.md is what a run of today says, and our reading is never better than the engine's. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { haveCorpus, LIST_NAMES, readCorpus } from '../../bench/c2pa/corpus.js';
import type { CorpusRow } from '../../bench/c2pa/corpus.js';
import { corpusRow } from '../../bench/c2pa/corpus-page.js';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/credentials-corpus.md', import.meta.url)),
  'utf8',
);
/** A person's identity that cannot be vouched for offline: a finding (IM307), not a change of the image. */
const IDENTITY = /^cawg\./;

describe.skipIf(!haveCorpus)('the corpus (needs ../shared/assets)', () => {
  let rows: CorpusRow[];
  beforeAll(async () => {
    rows = await readCorpus();
  }, 300_000);
  const readings = () =>
    rows.flatMap(({ file, readings }) =>
      LIST_NAMES.map((list) => ({ at: `${file}, ${list}`, ...readings[list] })),
    );

  it('reads as the page says, file by file', () => {
    const table = page.split('\n').filter((line) => /^\| (c2pa-rs|example-assets)\//.test(line));
    expect(table).toEqual(rows.map(corpusRow));
  });

  it("has the engine's state and codes, all of them and no others", () => {
    for (const { at, engine, report } of readings()) {
      const { validationState, codes } = report;
      expect({
        at,
        state: validationState,
        success: codes.success,
        failure: codes.failure,
      }).toEqual({ at, state: engine.state, success: engine.success, failure: engine.failure });
    }
  });

  it('is never more lenient than the engine', () => {
    for (const { at, engine, report } of readings()) {
      const { integrity, signer } = report;
      const against = engine.failure.filter((code) => !IDENTITY.test(code));
      if (engine.state === null)
        expect({ at, integrity, signer }).toEqual({ at, integrity: 'unknown', signer: null });
      if (engine.state === 'Invalid' && against.length > 0) {
        expect({ at, good: integrity === 'intact' && signer?.status === 'trusted' }).toEqual({
          at,
          good: false,
        });
      }
      if (signer?.status === 'trusted') {
        expect({ at, trusted: engine.success.includes('signingCredential.trusted') }).toEqual({
          at,
          trusted: true,
        });
      }
      if (integrity === 'intact') {
        expect({ at, success: engine.success }).toMatchObject({
          success: expect.arrayContaining(['claimSignature.validated']) as string[],
        });
      }
      // And no harsher about a file that the engine takes.
      if (engine.state === 'Trusted') {
        expect({ at, integrity, status: signer?.status }).toEqual({
          at,
          integrity: 'intact',
          status: 'trusted',
        });
      }
    }
  });
});
