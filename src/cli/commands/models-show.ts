/** `imprint models show NAME`: what a family or a model is, and a picture of what it does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { Family, ModelStore } from '../../provenance/index.js';
import { createFamilyGenerator, FAMILIES, generateMarked } from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { openFamilyModels, SHEET_MARK } from '../family-options.js';
import { formatOfPath } from '../files.js';
import { interruptible } from '../interruptible.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import { integerOption } from '../options.js';
import { outputTarget } from '../targets.js';
import { writeWhole } from '../write-whole.js';

interface ShowFlags {
  out?: string;
  seed?: number;
  familyModels?: string;
}

export function addShowCommand(models: Command, io: CliIo, done: (code: number) => void): void {
  models
    .command('show')
    .description('what a family of models, or one model, is; with --out a picture that shows it')
    .argument('<name>', `${FAMILIES.map(({ name }) => name).join(', ')}, or a name of models list`)
    .option('--out <file>', 'picture of what is special to the family, watermarked and signed')
    .option(
      '--family-models <dir>',
      'weights that training/families/export.py wrote (default: the bundled ones)',
    )
    .option(
      '--seed <n>',
      'start of the noise for --out (default: 1)',
      integerOption(0, 2 ** 32 - 1),
    )
    .action(async (name: string, flags: ShowFlags) => {
      const family = FAMILIES.find((one) => one.name === name);
      if (flags.out !== undefined) checkPicture(name, family);
      else if (flags.seed !== undefined) throw new UsageError('--seed is of the picture of --out');
      const text = await describeModel(name, family, flags.familyModels);
      if (flags.out !== undefined) await draw(io, family!, flags.out, flags);
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
async function describeModel(
  name: string,
  family: Family | undefined,
  dir: string | undefined,
): Promise<string> {
  const { models: store } = await openFamilyModels(dir, undefined);
  const { models } = await store.manifest();
  const model = models.find((one) => one.name === (family?.models[0] ?? name));
  if (model === undefined && family === undefined) {
    const known = FAMILIES.map((one) => one.name).join(', ');
    throw new UsageError(
      `there is no family or model "${printable(name, 60)}": families are ${known}; imprint models list names the models`,
    );
  }
  const card = await cardOf(store, model);
  if (family === undefined) return card;
  const own = family.takes.map((option) => `--${option}`).join(' ') || 'none';
  return (
    `${family.name}: ${family.title}\n` +
    `Options     ${own.replace('--prompt', '"prompt"')}\n` +
    `Models      ${family.models.join(', ')}\n\n${card}`
  );
}

type Entry = Awaited<ReturnType<ModelStore['manifest']>>['models'][number];

async function cardOf({ dir }: ModelStore, model: Entry | undefined): Promise<string> {
  if (model === undefined) {
    return 'No weights of it are bundled: docs/families.md tells how to train them.\n';
  }
  const { card, name, version, license } = model;
  if (card === undefined) return `${name} ${version}, ${license}: it has no card\n`;
  return readFile(join(dir, card), 'utf8');
}

async function draw(
  io: CliIo,
  family: Family,
  path: string,
  { seed = 1, familyModels }: ShowFlags,
): Promise<void> {
  await outputTarget(path, '--out');
  const { models, dispose } = await openFamilyModels(familyModels, undefined);
  await interruptible(io, { dispose }, async ({ progress, signal }) => {
    const generator = createFamilyGenerator({ models, family: family.name, exhibit: true });
    const [image] = await generateMarked(generator, '', await issuerFor(io, {}), {
      seed,
      watermark: SHEET_MARK,
      format: formatOfPath(path) ?? 'png',
      onProgress: progress.update,
      signal,
    });
    await writeWhole(path, image!.bytes);
  });
}
