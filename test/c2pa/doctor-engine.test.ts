/** The doctor against those who will judge the chain next: the engine, and createPemSigner. */
import { describe, expect, it } from 'vitest';
import {
  C2paError,
  createPemSigner,
  inspectCertificateChain,
  signImage,
  signWithKey,
} from '../../src/c2pa/index.js';
import type { Signer, SigningAlgorithm } from '../../src/c2pa/index.js';
import { toPem } from '../../src/c2pa/certificates.js';
import type { BadChain } from './bad-chains.js';
import { BAD_CHAINS, GOOD_CHAIN } from './bad-chains.js';
import { generated, testImage } from './helpers.js';

const ALGORITHM: Readonly<Record<string, SigningAlgorithm>> = { ec: 'es256', rsa: 'ps256' };

/** Errors of the profile that the engine of this version lets pass when it signs. */
const PASSED_BY_ENGINE = [
  'basic-constraints-not-critical',
  'chain-duplicate',
  'chain-gap',
  'chain-key-identifier',
  'chain-name',
  'chain-signature',
  'chain-untrusted',
  'eku-wrong-purpose (a timestamp authority that signs)',
  'extension-twice',
  'issuer-no-cert-sign',
  'issuer-not-ca',
  'key-usage-no-signature (nonRepudiation)',
  'path-length',
  'path-length-without-ca',
  'serial-negative',
  'serial-zero',
  'signature-pss-parameters (left out, which means SHA-1)',
  'ski-missing-ca',
];

const image = await testImage('png');

/** True when an image is signed with it: the chain is handed over as it is, past createPemSigner. */
async function engineSigns(signer: NonNullable<BadChain['signer']>): Promise<boolean> {
  const algorithm = ALGORITHM[signer.key.asymmetricKeyType!] ?? 'ed25519';
  const port: Signer = {
    algorithm,
    chain: signer.chain,
    sign: (data) => Promise.resolve(signWithKey(algorithm, signer.key, data)),
  };
  try {
    await signImage(image, 'image/png', { template: generated('image/png'), signer: port });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(C2paError);
    return false;
  }
}

function levelOf(pem: string): string {
  const { findings } = inspectCertificateChain(pem);
  return findings.some(({ level }) => level === 'error') ? 'error' : 'no error';
}

const signable = BAD_CHAINS.flatMap((bad) =>
  bad.signer === null || bad.options?.purpose !== undefined || bad.options?.key !== undefined
    ? []
    : [{ ...bad, signer: bad.signer }],
);

describe('the engine', () => {
  it('signs with the good chain', async () => {
    const { leaf, middle } = GOOD_CHAIN;
    expect(await engineSigns({ chain: [leaf.der, middle.der], key: leaf.key })).toBe(true);
  });

  it('refuses nothing that the doctor did not name, and is more lenient where known', async () => {
    const passed = new Set<string>();
    let refused = 0;
    for (const { rule, what, signer, options } of signable) {
      const pem = signer.chain.map((der) => toPem('CERTIFICATE', der)).join('');
      if (!(await engineSigns(signer))) {
        refused += 1;
        expect({ rule, what, level: levelOf(pem) }).toEqual({ rule, what, level: 'error' });
        continue;
      }
      const { findings } = inspectCertificateChain(pem, options);
      // Good now, and judged at another time on purpose.
      if (options?.time !== undefined || findings.every(({ level }) => level !== 'error')) continue;
      passed.add(PASSED_BY_ENGINE.includes(rule) ? rule : `${rule} (${what})`);
    }
    expect([...passed].sort()).toEqual([...PASSED_BY_ENGINE].sort());
    expect(refused).toBeGreaterThanOrEqual(30);
  });
});

describe('createPemSigner', () => {
  it('refuses nothing that the doctor did not name', () => {
    let refused = 0;
    for (const { rule, what, signer } of signable) {
      const certificates = signer.chain.map((der) => toPem('CERTIFICATE', der)).join('');
      const privateKey = signer.key.export({ type: 'pkcs8', format: 'pem' }).toString();
      try {
        createPemSigner({ certificates, privateKey });
      } catch (error) {
        refused += 1;
        expect(error).toBeInstanceOf(C2paError);
        expect({ rule, what, level: levelOf(certificates) }).toMatchObject({ level: 'error' });
      }
    }
    expect(refused).toBeGreaterThanOrEqual(5);
  });
});
