/** `imprint worker`: takes the jobs of `imprint serve --queue`, on this machine or any other. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import type { IssuerFlags } from '../issuer.js';
import { issuerFor, readWatermarkKey } from '../issuer.js';
import { integerOption, listOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRememberOptions, registryAddress } from '../registry.js';
import { toldToEnd } from '../signals.js';
import { trustLists } from '../trust.js';
import { addIssuerOptions } from './shared.js';

interface WorkerFlags extends IssuerFlags, RegistryFlags {
  queue: string;
  workers?: number;
  verifyOnly: boolean;
  trust: string[];
  lockSeconds?: number;
  logLevel: string;
}

export function addWorkerCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('worker')
    .description('take the jobs of `imprint serve --queue`, here or on another machine')
    .addOption(
      new Option('--queue <redis>', 'redis://... or rediss://...')
        .env('IMPRINT_QUEUE')
        .makeOptionMandatory(),
    )
    .option('--workers <n>', 'threads (default: one for each core but one)', integerOption(1, 256))
    .option('--verify-only', 'neither mark nor generate', false)
    .option(
      '--trust <list>',
      'whom to believe: official, interim, dev, or a PEM file',
      listOption,
      [],
    )
    .option(
      '--lock-seconds <n>',
      'after how long the work of a lost worker is taken over (default: 30)',
      integerOption(1, 3600),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged (JSON lines on standard error)')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    );
  addRememberOptions(addIssuerOptions(command)).action(async (flags: WorkerFlags) => {
    const { startWorker } = await import('../../service/index.js');
    const issuer = flags.verifyOnly ? null : await issuerFor(io, flags);
    const worker = await startWorker({
      queue: flags.queue,
      trust: { lists: await trustLists(io, flags.trust) },
      watermarkKeys:
        flags.watermarkKey === undefined ? [] : [await readWatermarkKey(flags.watermarkKey)],
      logLevel: flags.logLevel,
      logTo: { write: io.err },
      ...(issuer === null ? {} : { issuer }),
      ...(flags.registry === false ? {} : { registry: registryAddress(io.env, flags) }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.lockSeconds === undefined ? {} : { lockSeconds: flags.lockSeconds }),
    });
    await toldToEnd();
    await worker.close();
    done(EXIT.satisfied);
  });
}
