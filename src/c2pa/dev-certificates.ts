/**
 * A development CA with a signing certificate and a timestamp authority, made once in a folder. For
 * trying things out: nobody else trusts it, and reports say so.
 */
import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../core/index.js';
import { assertString, errorMessage, systemClock } from '../core/index.js';
import { issueCertificate } from './certificates.js';
import { C2paError } from './errors.js';
import { parseCertificates } from './signer.js';
import type { Signer } from './signer.js';
import { createPemSigner } from './signers/pem.js';
import type { TimestampSource } from './timestamp.js';
import { createTimestampAuthority } from './timestamp.js';

export interface DevCertificates {
  signer: Signer;
  timestamp: TimestampSource;
  /** The CA, for `TrustList.anchorsPem`. */
  anchorsPem: string;
  /** True when this call made them. */
  created: boolean;
  dir: string;
}

export interface DevCertificatesOptions {
  /** Dates the certificates and the timestamps. Default: the system's. */
  clock?: Clock;
}

const FILE = {
  ca: 'ca.pem',
  caKey: 'ca.key',
  chain: 'signer.pem',
  signerKey: 'signer.key',
  tsa: 'tsa.pem',
  tsaKey: 'tsa.key',
} as const;
const ORGANISATION = 'imprint development';
const CA_DAYS = 3650;
const LEAF_DAYS = 825;

/** The texts of all files, made fresh. */
function makeFiles(clock: Clock): Map<string, string> {
  const ca = issueCertificate({
    organization: ORGANISATION,
    name: 'imprint development CA',
    role: 'ca',
    clock,
    days: CA_DAYS,
  });
  const signer = issueCertificate({
    organization: ORGANISATION,
    name: 'imprint development signer',
    role: 'signer',
    clock,
    days: LEAF_DAYS,
    issuer: ca,
  });
  const tsa = issueCertificate({
    organization: ORGANISATION,
    name: 'imprint development timestamp authority',
    role: 'timestamp',
    clock,
    days: CA_DAYS - 1,
    issuer: ca,
  });
  return new Map([
    [FILE.ca, ca.certificatePem],
    [FILE.caKey, ca.privateKeyPem],
    [FILE.chain, signer.certificatePem],
    [FILE.signerKey, signer.privateKeyPem],
    [FILE.tsa, tsa.certificatePem],
    [FILE.tsaKey, tsa.privateKeyPem],
  ]);
}

/**
 * Write the files beside `dir` and move the whole folder into place: a killed process leaves an
 * orphan folder, never half a set, and of two processes the second finds the first one's set.
 */
async function writeAll(dir: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  await mkdir(dirname(dir), { recursive: true });
  const staging = await mkdtemp(
    join(dirname(dir), `.${basename(dir)}-${randomUUID().slice(0, 8)}-`),
  );
  try {
    for (const [name, text] of files) {
      const file = await open(join(staging, name), 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    // mkdtemp made it 0700. rename() replaces an empty folder and refuses a full one.
    await rename(staging, dir);
    return true;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false;
    throw error;
  }
}

async function readAll(dir: string): Promise<Map<string, string> | undefined> {
  try {
    const names = Object.values(FILE);
    const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
    return new Map(names.map((name, index) => [name, texts[index]!]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The development certificates in `dir`, made if the folder is absent or empty.
 *
 * @throws C2paError C2PA_CERTIFICATE or C2PA_KEY when the folder holds something that is no such set.
 */
export async function ensureDevCertificates(
  dir: string,
  options: DevCertificatesOptions = {},
): Promise<DevCertificates> {
  assertString(dir, 'dir', 4096);
  const clock = options.clock ?? systemClock;
  let created = false;
  let files = await readAll(dir);
  if (files === undefined) {
    created = await writeAll(dir, makeFiles(clock));
    files = await readAll(dir);
  }
  if (files === undefined) {
    throw new C2paError({
      code: 'C2PA_CERTIFICATE',
      message: `${dir} holds other files or an incomplete set of development certificates`,
    });
  }
  const text = (name: string): string => files.get(name) ?? '';
  const signer = createPemSigner({
    certificates: text(FILE.chain),
    privateKey: text(FILE.signerKey),
  });
  const [tsaCertificate] = parseCertificates(text(FILE.tsa));
  try {
    const key = createPrivateKey(text(FILE.tsaKey));
    if (!tsaCertificate!.checkPrivateKey(key)) {
      throw new Error('it is not the key of its certificate');
    }
    const timestamp = createTimestampAuthority({
      certificate: new Uint8Array(tsaCertificate!.raw),
      key,
      clock,
    });
    return { signer, timestamp, anchorsPem: text(FILE.ca), created, dir };
  } catch (cause) {
    throw new C2paError({
      code: 'C2PA_KEY',
      message: `the timestamp authority's key cannot be used: ${errorMessage(cause)}`,
      cause,
    });
  }
}
