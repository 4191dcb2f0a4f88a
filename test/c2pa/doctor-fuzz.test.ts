/** Hostile certificates: whatever the bytes, the doctor answers with a report. */
import { describe, expect, it } from 'vitest';
import { toPem } from '../../src/c2pa/certificates.js';
import { encodeDer } from '../../src/c2pa/der.js';
import { inspectCertificateChain } from '../../src/c2pa/index.js';
import { MersenneTwister } from '../../src/core/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { GOOD_CHAIN } from './bad-chains.js';
import { make, nameOf, pss, rsaKey } from './make-bad-certificates.js';

const SEED = 20_260_820;
const ROUNDS = 600;
const { leaf, middle, root } = GOOD_CHAIN;

/** `bytes` with up to four bytes changed, removed, doubled or added. */
function mutate(bytes: Uint8Array, random: MersenneTwister): Uint8Array {
  const below = (limit: number): number => Math.floor(random.nextDouble() * limit);
  const out = [...bytes];
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(out.length);
    const kind = below(8);
    if (kind === 0) out.splice(at, 1 + below(3));
    else if (kind === 1) out.splice(at, 0, below(256));
    else if (kind === 2) out.splice(at, 0, ...out.slice(at, at + 1 + below(20)));
    else out[at] = below(256);
  }
  return Uint8Array.from(out);
}

describe('mutated certificates', () => {
  it(`are reported, ${ROUNDS} of seed ${SEED}, and not one passes as the original`, () => {
    const random = new MersenneTwister(SEED);
    const authority = make({ ca: true, key: rsaKey() });
    const sources = [leaf, make({ issuer: authority, signing: pss('2.16.840.1.101.3.4.2.1') })];
    const levels = { unreadable: 0, named: 0, silent: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const source = sources[round % 2]!;
      const der = mutate(source.der, random);
      const same = Buffer.compare(der, source.der) === 0;
      const issuer = source === leaf ? middle : authority;
      const { findings } = inspectCertificateChain(toPem('CERTIFICATE', der) + issuer.pem, {
        trust: issuer.pem,
      });
      const errors = findings.filter(({ level }) => level === 'error').map(({ rule }) => rule);
      if (errors.includes('certificate-unreadable')) levels.unreadable += 1;
      else if (errors.length > 0) levels.named += 1;
      else if (!same) levels.silent += 1;
    }
    expect(levels.silent).toBe(0);
    expect(levels.unreadable).toBeGreaterThan(ROUNDS / 10);
    expect(levels.named).toBeGreaterThan(ROUNDS / 10);
  });

  it('throw nothing but a C2paError as a trust list', async () => {
    const random = new MersenneTwister(SEED);
    let refused = 0;
    for (let round = 0; round < 100; round++) {
      const trust = toPem('CERTIFICATE', mutate(root.der, random));
      const call = (): unknown => inspectCertificateChain(leaf.pem + middle.pem, { trust });
      try {
        call();
      } catch {
        await throwsWithCode(call, 'C2PA_CERTIFICATE');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('made to be costly', () => {
  it.each([
    ['nested 20,000 deep', () => nested(20_000)],
    ['nested 40 deep', () => nested(40)],
    ['a name of 100,000 characters', () => make({ name: nameOf({ O: 'x'.repeat(100_000) }) }).der],
    ['100,000 empty values', () => encodeDer(0x30, new Uint8Array(200_000).fill(0x05))],
  ])('%s', (_what, der) => {
    const { findings } = inspectCertificateChain(toPem('CERTIFICATE', der()));
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings).length).toBeLessThan(10_000);
  });

  it('a file of BEGIN lines, and one of line breaks', () => {
    const begins = '-----BEGIN CERTIFICATE-----\n'.repeat(30_000);
    expect(inspectCertificateChain(begins).findings).toMatchObject([{ rule: 'file-cut-off' }]);
    const breaks = `-----BEGIN CERTIFICATE-----${'\n'.repeat(900_000)}-----END CERTIFICATE-----`;
    expect(inspectCertificateChain(breaks).findings).toMatchObject([
      { rule: 'certificate-unreadable' },
    ]);
  });

  it('texts of a file reach the report cut to a length', () => {
    const { certificates } = inspectCertificateChain(
      make({ name: nameOf({ O: 'x'.repeat(100_000), CN: 'y' }) }).pem,
    );
    expect(certificates[0]!.subject.length).toBeLessThanOrEqual(501);
  });
});

function nested(depth: number): Uint8Array {
  // Inside out, with room for the four-byte lengths of the outer ones.
  const out = Buffer.alloc(depth * 6 + 2);
  let start = out.length - 2;
  out[start] = 0x05;
  for (let level = 0; level < depth; level++) {
    const length = out.length - start;
    const header =
      length < 0x80
        ? [0x30, length]
        : length < 0x100
          ? [0x30, 0x81, length]
          : length < 0x10000
            ? [0x30, 0x82, length >> 8, length & 0xff]
            : [0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
    start -= header.length;
    out.set(header, start);
  }
  return new Uint8Array(out.subarray(start));
}
