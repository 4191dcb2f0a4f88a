/** Signing commands as users write them: small scripts that read standard input. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningAlgorithm } from '../../src/c2pa/index.js';
import { identityFor } from './signing-identity.js';

/** What `node script.mjs` does after it read its input. */
const SCRIPTS = {
  raw: `sign({ dsaEncoding: 'ieee-p1363' })`,
  der: `sign({ dsaEncoding: 'der' })`,
  nothing: ``,
  much: `process.stdout.write(Buffer.alloc(1 << 20, 7))`,
  text: `process.stdout.write(signature({ dsaEncoding: 'ieee-p1363' }).toString('base64') + '\\n')`,
  fails: `process.stderr.write('token not present\\nis it plugged in?\\n'); process.exit(3)`,
  hangs: `setInterval(() => undefined, 1000)`,
  dies: `process.kill(process.pid, 'SIGTERM'); setInterval(() => undefined, 1000)`,
  environment: `if (process.env.SECRET !== 'let me in') process.exit(9); sign({ dsaEncoding: 'der' })`,
} as const;
export type SigningScript = keyof typeof SCRIPTS;

const PROLOGUE = `
import { constants, sign as signBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
const [keyFile, algorithm] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const data = Buffer.concat(chunks);
function signature(form) {
  const key = readFileSync(keyFile, 'utf8');
  if (algorithm === 'ed25519') return signBytes(null, data, key);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return signBytes('sha' + algorithm.slice(2), data, { key, ...(algorithm.startsWith('ps') ? pss : form) });
}
const sign = (form) => process.stdout.write(signature(form));
`;

/** Writes the script and the algorithm's key into `dir`; the command that signs with them. */
export function signingCommand(
  dir: string,
  script: SigningScript,
  algorithm: SigningAlgorithm,
): string[] {
  const file = join(dir, `${script}.mjs`);
  const key = join(dir, `${algorithm}.key`);
  writeFileSync(file, PROLOGUE + SCRIPTS[script]);
  writeFileSync(key, identityFor(algorithm).privateKeyPem, { mode: 0o600 });
  return [process.execPath, file, key, algorithm];
}
