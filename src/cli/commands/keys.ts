/** `imprint keys`: secret watermark keys, so that nobody else can read or forge a mark. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import { createWatermarkKey, PUBLIC_KEY } from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import type { CliIo } from '../io.js';
import { readWatermarkKey } from '../issuer.js';

/** As much as the HMAC-SHA-256 that turns it into signs can use. */
const SECRET_BYTES = 32;

export function addKeysCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const keys = program.command('keys').description('secret watermark keys');
  keys
    .command('new')
    .description('make a random key for --watermark-key; an existing file is never written over')
    .argument('<file>', 'JSON file to write, readable by its owner alone')
    .requiredOption('--id <name>', 'shown in reports, not secret: 1-64 of A-Z a-z 0-9 . _ -')
    .action(async (file: string, flags: { id: string }) => {
      await writeKey(file, flags.id);
      io.out(`made ${printable(file)}\n`);
      io.err('Keep a copy: marks made with it can be read with it alone.\n');
      done(EXIT.satisfied);
    });
  keys
    .command('check')
    .description('whether a file is a usable watermark key, and its id')
    .argument('<file>', 'JSON file')
    .action(async (file: string) => {
      const { id, secret } = await readWatermarkKey(file);
      io.out(`${printable(file)}  ${id}, ${secret.length} bytes\n`);
      done(EXIT.satisfied);
    });
}

async function writeKey(file: string, id: string): Promise<void> {
  if (id === PUBLIC_KEY.id) throw new UsageError(`"${id}" is the id of the public key`);
  const secret = randomBytes(SECRET_BYTES);
  try {
    createWatermarkKey(id, secret);
  } catch {
    throw new UsageError('--id expected 1-64 characters of A-Z a-z 0-9 . _ -');
  }
  const text = `${JSON.stringify({ id, secret: secret.toString('base64') })}\n`;
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EEXIST' ? 'it is there already' : `cannot be written (${error.code ?? '?'})`;
    throw new UsageError(`${printable(file)}: ${why}`);
  });
}
