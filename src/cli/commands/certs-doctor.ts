/** `imprint certs doctor CHAIN`: which rules of the C2PA certificate profile a chain breaks. */
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CertificatePurpose } from '../../provenance/index.js';
import { inspectCertificateChain } from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { trustLists } from '../trust.js';
import { listOption, timeOption } from '../options.js';
import { renderChain } from '../render/chain.js';
import { toJson } from '../render/json.js';

interface DoctorFlags {
  key?: string;
  purpose: CertificatePurpose;
  trust: string[];
  at?: Date;
  json: boolean;
}

const MAX_FILE = 1 << 20;
const HELP = `
Exit codes: 0 no rule of level error is broken (warnings and notes may be) · 2 a rule is broken ·
1 a file cannot be opened · 64 usage. Every rule with its fix: docs/certificates.md.`;

export function addDoctorCommand(certs: Command, io: CliIo, done: (code: number) => void): void {
  certs
    .command('doctor')
    .description(
      'name every rule of the C2PA certificate profile that a chain breaks, with the fix',
    )
    .argument('<chain>', 'PEM file, the signing certificate first')
    .option('--key <pem>', 'private key that should belong to it (IMPRINT_KEY_PASSPHRASE opens it)')
    .addOption(
      new Option('--purpose <purpose>', 'what the certificate is for')
        .choices(['sign', 'timestamp'])
        .default('sign'),
    )
    .option(
      '--trust <list>',
      'PEM file the chain should end in, or "dev"; repeatable',
      listOption,
      [],
    )
    .option('--at <time>', 'judge validity at this time (RFC 3339; default: now)', timeOption)
    .option('--json', 'print JSON', false)
    .addHelpText('after', HELP)
    .action(async (path: string, flags: DoctorFlags) => {
      const lists = await trustLists(io, flags.trust);
      const passphrase = io.env['IMPRINT_KEY_PASSPHRASE'];
      const report = inspectCertificateChain(await readCapped(path), {
        purpose: flags.purpose,
        ...(flags.key === undefined
          ? {}
          : { key: Buffer.from(await readCapped(flags.key)).toString('latin1') }),
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(lists.length === 0
          ? {}
          : {
              trust: lists.map(({ anchorsPem }) => anchorsPem).join('\n'),
            }),
        ...(flags.at === undefined ? {} : { time: flags.at }),
      });
      io.out(
        flags.json
          ? toJson({ schemaVersion: '1', file: path, ...report })
          : renderChain(path, report, io.colour),
      );
      const broken = report.findings.some(({ level }) => level === 'error');
      done(broken ? EXIT.violated : EXIT.satisfied);
    });
}

/** The bytes of `path`; of a file that is no certificate chain by its size, the first MiB. */
async function readCapped(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(MAX_FILE);
    let length = 0;
    while (length < MAX_FILE) {
      const { bytesRead } = await file.read(bytes, length, MAX_FILE - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
