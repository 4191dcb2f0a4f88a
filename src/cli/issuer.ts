/** Certificates and keys from options, else the development set in the data folder. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { withoutPadding } from '../core/index.js';
import type { Issuer, TimestampSource, WatermarkKey } from '../provenance/index.js';
import { createWatermarkKey, ensureDevCertificates, PUBLIC_KEY } from '../provenance/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { dataDir } from './io.js';
import type { SigningFlags } from './signing-options.js';
import { signerFor, timestampFor } from './signing.js';

export interface IssuerFlags extends SigningFlags {
  watermarkKey?: string;
}

export function certificatesDir(env: CliIo['env']): string {
  return join(dataDir(env), 'certificates');
}

/** Without a signer of the user's the development certificates are made on first use, and said so on stderr. */
export async function issuerFor(io: CliIo, flags: IssuerFlags): Promise<Issuer> {
  const key =
    flags.watermarkKey === undefined ? {} : { key: await readWatermarkKey(flags.watermarkKey) };
  const own = await signerFor(io, flags);
  if (own !== null) return { signer: own, ...stampedBy(timestampFor(flags, null)), ...key };
  const development = await ensureDevCertificates(certificatesDir(io.env));
  if (development.created) {
    io.err(
      `Made a development certificate authority, signer and timestamp authority in ${development.dir}\n` +
        'Others see the signer as untrusted; for publishing use --cert and --key (docs/signing.md).\n',
    );
  }
  const timestamp = timestampFor(flags, development.timestamp);
  return { signer: development.signer, ...stampedBy(timestamp), ...key };
}

const stampedBy = (timestamp: TimestampSource | null): { timestamp?: TimestampSource } =>
  timestamp === null ? {} : { timestamp };

/** Of a key file; what is longer is none, and a device never ends. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * A watermark key file: JSON `{ "id": ..., "secret": base64 }`. A pipe will do, as a shell's `<(...)` makes one.
 */
export async function readWatermarkKey(path: string): Promise<WatermarkKey> {
  const stream = createReadStream(path, { end: MAX_KEY_BYTES - 1 });
  const text = await readText(stream).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read watermark key ${path} (${error.code ?? 'unknown'})`);
  });
  // The parser's own message would quote the file, and with it the secret.
  const { id, secret } = parseObject(text);
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'base64') : null;
  const canonical = withoutPadding(bytes?.toString('base64') ?? '', '=');
  if (
    typeof id !== 'string' ||
    bytes === null ||
    canonical !== withoutPadding(String(secret), '=')
  ) {
    throw new UsageError(`${path} is no watermark key: expected {"id": ..., "secret": base64}`);
  }
  if (id === PUBLIC_KEY.id) {
    throw new UsageError(`${path}: the id "${id}" is that of the public key; choose another`);
  }
  return createWatermarkKey(id, Uint8Array.from(bytes));
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
