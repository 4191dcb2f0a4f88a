/** `imprint models show NAME`: what a family or a model is, and a picture of what it does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Family } from '../../provenance/index.js';
import {
  createFamilyGenerator,
  createModelStore,
  FAMILIES,
  generateMarked,
} from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { formatOfPath } from '../files.js';
import { interruptible } from '../interruptible.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import { integerOption } from '../options.js';
import { outputTarget } from '../targets.js';
import { writeWhole } from '../write-whole.js';

interface ShowFlags {
  out?: string;
  seed: number;
}

export function addShowCommand(models: Command, io: CliIo, done: (code: number) => void): void {
  models
    .command('show')
    .description('what a family of models, or one model, is; with --out a picture that shows it')
    .argument('<name>', `${FAMILIES.map(({ name }) => name).join(', ')}, or a name of models list`)
    .option('--out <file>', 'picture of what is special to the family, watermarked and signed')
    .option('--seed <n>', 'start of the noise for --out', integerOption(0, 2 ** 32 - 1), 1)
    .action(async (name: string, flags: ShowFlags) => {
      const family = FAMILIES.find((one) => one.name === name);
      if (flags.out !== undefined) checkPicture(name, family);
      const text = await describeModel(name, family);
      if (flags.out !== undefined) await draw(io, family!, flags.out, flags.seed);
      io.out(text);
      done(EXIT.satisfied);
    });
}

function checkPicture(name: string, family: Family | undefined): void {
  if (family?.exhibit !== undefined) return;
  const some = FAMILIES.filter(({ exhibit }) => exhibit !== undefined).map((one) => one.name);
  throw new UsageError(
    family === undefined
      ? `--out shows a family (${some.join(', ')}), and ${name} is none`
      : `${name} draws from text: imprint generate "a red apple" --family ${name}`,
  );
}

/** The card, with the options in front when it is a family's. */
async function describeModel(name: string, family: Family | undefined): Promise<string> {
  const store = createModelStore();
  const { models } = await store.manifest();
  const model = models.find((one) => one.name === (family?.models[0] ?? name));
  if (model === undefined) {
    const known = FAMILIES.map((one) => one.name).join(', ');
    throw new UsageError(
      `there is no family or model "${name}": families are ${known}; imprint models list names the models`,
    );
  }
  const card =
    model.card === undefined
      ? `${model.name} ${model.version}, ${model.license}: it has no card\n`
      : await readFile(join(store.dir, model.card), 'utf8');
  if (family === undefined) return card;
  const own = family.takes.map((option) => `--${option}`).join(' ') || 'none';
  return (
    `${family.name}: ${family.title}\n` +
    `Options     ${own.replace('--prompt', '"prompt"')}\n` +
    `Models      ${family.models.join(', ')}\n\n${card}`
  );
}

async function draw(io: CliIo, family: Family, path: string, seed: number): Promise<void> {
  await outputTarget(path, '--out');
  const models = createModelStore();
  await interruptible(io, models, async ({ progress, signal }) => {
    const generator = createFamilyGenerator({ models, family: family.name, exhibit: true });
    const [image] = await generateMarked(generator, '', await issuerFor(io, {}), {
      seed,
      format: formatOfPath(path) ?? 'png',
      onProgress: progress.update,
      signal,
    });
    await writeWhole(path, image!.bytes);
  });
}
