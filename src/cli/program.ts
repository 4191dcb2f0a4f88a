/** The command line as a value: `createProgram` builds it, `runCli` runs it and answers the exit code. */
import { Command, CommanderError } from 'commander';
import { TOOL } from '../provenance/index.js';
import { addCertsCommand } from './commands/certs.js';
import { addCheckCommand } from './commands/check.js';
import { addCorpusCommand } from './commands/corpus.js';
import { addDemoCommand } from './commands/demo.js';
import { addEvidenceCommand } from './commands/evidence.js';
import { addGenerateCommand } from './commands/generate.js';
import { addKeysCommand } from './commands/keys.js';
import { addMarkCommand } from './commands/mark.js';
import { addModelsCommand } from './commands/models.js';
import { addRecoverCommand } from './commands/recover.js';
import { addRegistryCommand } from './commands/registry.js';
import { addScanCommand } from './commands/scan.js';
import { addServeCommand } from './commands/serve.js';
import { addTrustCommand } from './commands/trust.js';
import { addUpscaleCommand } from './commands/upscale.js';
import { addVerifyCommand } from './commands/verify.js';
import { addWorkerCommand } from './commands/worker.js';
import { describeError, EXIT, exitCodeOf } from './exit.js';
import type { CliIo } from './io.js';

export function createProgram(io: CliIo, done: (code: number) => void): Command {
  const program = new Command('imprint')
    .description('Mark, sign and detect generated images.')
    .version(TOOL.version)
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(imprint --help lists the verbs and their options)')
    .exitOverride();
  for (const add of [
    addGenerateCommand,
    addMarkCommand,
    addUpscaleCommand,
    addVerifyCommand,
    addCheckCommand,
    addRecoverCommand,
    addRegistryCommand,
    addServeCommand,
    addScanCommand,
    addEvidenceCommand,
    addWorkerCommand,
    addKeysCommand,
    addCertsCommand,
    addTrustCommand,
    addModelsCommand,
    addCorpusCommand,
    addDemoCommand,
  ]) {
    add(program, io, done);
  }
  for (const command of program.commands) inheritOutput(command, io);
  return program;
}

/** Commands made with `.command()` copy the settings at that time; nested ones need them as well. */
function inheritOutput(command: Command, io: CliIo): void {
  command.configureOutput({ writeOut: io.out, writeErr: io.err }).exitOverride();
  for (const child of command.commands) inheritOutput(child, io);
}

/** @param args without the interpreter and script. Never throws. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.satisfied;
  const program = createProgram(io, (value) => {
    code = value;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.satisfied : EXIT.usage;
    io.err(`imprint: ${describeError(error)}\n`);
    if (io.env['IMPRINT_DEBUG'] !== undefined && error instanceof Error) io.err(`${error.stack}\n`);
    return exitCodeOf(error);
  }
}
