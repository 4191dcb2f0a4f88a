/** `imprint certs`: the development certificates, and what is wrong with a chain. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { ensureDevCertificates } from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { certificatesDir } from '../issuer.js';
import { addDoctorCommand } from './certs-doctor.js';

export function addCertsCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const certs = program.command('certs').description('signing certificates');
  certs
    .command('dev')
    .description('make a development CA, signer and timestamp authority, or say where they are')
    .option('--dir <folder>', 'where to keep them (default: the data folder)')
    .action(async (flags: { dir?: string }) => {
      const { created, dir } = await ensureDevCertificates(flags.dir ?? certificatesDir(io.env));
      io.out(`${created ? 'made' : 'found'} ${dir}\n`);
      const anchor = flags.dir === undefined ? 'dev' : join(dir, 'ca.pem');
      io.err(`\`imprint verify --trust ${anchor} FILE\` believes it; others do not.\n`);
      done(EXIT.satisfied);
    });
  addDoctorCommand(certs, io, done);
}
