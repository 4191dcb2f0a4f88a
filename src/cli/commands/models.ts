/** `imprint models`: what is bundled, and whether the files are what the manifest says. */
import type { Command } from 'commander';
import { checkModelFolder, createModelStore, openFolder } from '../../provenance/index.js';
import { describeError, EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { toJson } from '../render/json.js';
import { renderFolder } from '../render/folder.js';
import { addLikelihoodCommand } from './models-likelihood.js';
import { addShowCommand } from './models-show.js';

export function addModelsCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const models = program
    .command('models')
    .description('bundled models, and model folders of your own');
  models
    .command('list')
    .description('names, versions, sizes and licences')
    .option('--json', 'print as JSON', false)
    .action(async (flags: { json: boolean }) => {
      const manifest = await createModelStore().manifest();
      if (flags.json) io.out(toJson(manifest.models));
      else {
        for (const { name, version, bytes, license } of manifest.models) {
          io.out(
            `${name.padEnd(20)} ${version.padEnd(8)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${license}\n`,
          );
        }
      }
      done(EXIT.satisfied);
    });
  models
    .command('verify')
    .description('check size and SHA-256 of every model file')
    .action(async () => {
      const store = createModelStore();
      let code: number = EXIT.satisfied;
      for (const { name } of (await store.manifest()).models) {
        const problem = await store.check(name).then(
          () => null,
          (error: unknown) => describeError(error),
        );
        if (problem !== null) code = EXIT.operational;
        io.out(
          `${problem === null ? 'ok      ' : 'failed  '}${name}${problem === null ? '' : `: ${problem}`}\n`,
        );
      }
      done(code);
    });
  models
    .command('check')
    .description('what a model folder holds, what it lacks, and what it takes')
    .argument('<dir>', 'folder with model_index.json (diffusers ONNX layout)')
    .option('--verify', 'also compare every file with SHA256SUMS of the folder', false)
    .option('--json', 'print as JSON', false)
    .action(async (dir: string, flags: { verify: boolean; json: boolean }) => {
      const report = await checkModelFolder(openFolder(dir), { verify: flags.verify });
      io.out(flags.json ? toJson(report) : renderFolder(report));
      done(report.isUsable ? EXIT.satisfied : EXIT.operational);
    });
  addShowCommand(models, io, done);
  addLikelihoodCommand(models, io, done);
}
