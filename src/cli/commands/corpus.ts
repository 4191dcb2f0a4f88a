/** `imprint corpus --family NAME --count N --out DIR`: labelled pictures of a generator, for tests and classifiers. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { printable, sha256Hex } from '../../core/index.js';
import type { GenerateOptions, GenerateProgress, Generator } from '../../provenance/index.js';
import { encodeImage, FAMILIES, familyOf, generateMarked } from '../../provenance/index.js';
import { appendLabel, assertFree, holding, readLabels, writeLabels } from '../corpus-labels.js';
import { corpusSource } from '../corpus-source.js';
import { assertOwnWeights, openFamilyModels } from '../family-options.js';
import { EXIT, UsageError } from '../exit.js';
import { interruptible } from '../interruptible.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import { integerOption } from '../options.js';
import { writeWhole } from '../write-whole.js';
import { addIssuerOptions } from './shared.js';

const SEED_MAX = 2 ** 32 - 1;

interface CorpusFlags extends IssuerFlags {
  family: string;
  count: number;
  out: string;
  seed: number;
  threads?: number;
  familyModels?: string;
  unsafeUnmarked: boolean;
}

export function addCorpusCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('corpus')
    .description('a folder of labelled pictures by one family of generative models')
    .requiredOption('--family <name>', FAMILIES.map(({ name }) => name).join(', '))
    .requiredOption('--count <n>', 'number of pictures', integerOption(1, 100_000))
    .requiredOption(
      '--out <dir>',
      'folder for 1.png, 2.png, ... and labels.jsonl; gone on with if there',
    )
    .option('--seed <n>', 'picture i has the seed n + i - 1', integerOption(0, SEED_MAX), 0)
    .option(
      '--family-models <dir>',
      'weights that training/families/export.py wrote (default: the bundled ones)',
    )
    .option('--threads <n>', 'processor threads', integerOption(1, 256))
    .option('--unsafe-unmarked', 'write pictures without watermark and credentials', false);
  addIssuerOptions(command).action(async (flags: CorpusFlags) => {
    const family = familyOf(flags.family);
    if (flags.familyModels !== undefined) assertOwnWeights(family);
    const { made, kept } = await holding(flags.out, () => run(io, flags));
    io.out(`${printable(flags.out)}: ${made} made, ${kept} were there\n`);
    done(EXIT.satisfied);
  });
}

async function run(io: CliIo, flags: CorpusFlags): Promise<{ made: number; kept: number }> {
  const { family, count, out, seed: first, threads, unsafeUnmarked } = flags;
  if (first + count - 1 > SEED_MAX) {
    throw new UsageError(
      `seeds end at ${SEED_MAX}: ask for fewer pictures, or begin with a smaller seed`,
    );
  }
  const marked = !unsafeUnmarked;
  const labels = await readLabels(out);
  for (const label of labels.all.values()) {
    if (label.family === family && label.marked === marked && label.seed === first + label.n - 1) {
      continue;
    }
    throw new UsageError(
      `${printable(out)} was begun with other options (${label.file}: family ${label.family}, seed ${label.seed}, ` +
        `${label.marked ? 'marked' : 'unmarked'}): go on with those, or name another folder`,
    );
  }
  await assertFree(out, count, labels);
  const { models, dispose } = await openFamilyModels(flags.familyModels, threads);
  return interruptible(io, { dispose }, async ({ progress, signal }) => {
    const { generator, promptOf } = await corpusSource(family, models);
    const issuer = marked ? await issuerFor(io, flags) : null;
    let made = 0;
    for (let n = 1; n <= count; n++) {
      if (labels.whole.has(n)) continue;
      const seed = first + n - 1;
      const onProgress = (step: GenerateProgress): void =>
        progress.update({ ...step, image: n - 1, images: count });
      const prompt = promptOf(seed);
      const options = { seed, onProgress, signal };
      const bytes =
        issuer === null
          ? await drawPlain(generator, prompt ?? '', options)
          : (await generateMarked(generator, prompt ?? '', issuer, options))[0]!.bytes;
      signal.throwIfAborted();
      const file = `${n}.png`;
      const said = prompt === undefined ? {} : { prompt };
      const label = { n, file, family, ...said, seed, marked, sha256: sha256Hex(bytes) };
      const isAgain = labels.all.has(n);
      labels.all.set(n, label);
      // First the label: a picture without one is taken for somebody else's.
      await (isAgain ? writeLabels(out, labels.all) : appendLabel(out, label));
      await writeWhole(join(out, file), bytes);
      made++;
    }
    return { made, kept: count - made };
  });
}

async function drawPlain(
  generator: Generator,
  prompt: string,
  options: GenerateOptions,
): Promise<Uint8Array> {
  const [image] = await generator.generate(prompt, options);
  return encodeImage(image!.pixels, { format: 'png' });
}
