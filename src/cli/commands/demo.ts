/** `npm run demo`: generate, verify, re-save as others do, and show what survives. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Report } from '../../provenance/index.js';
import {
  createGenerator,
  createInspector,
  createModelStore,
  decodeImage,
  encodeImage,
  generateMarked,
  resizePixels,
} from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import { trustLists } from '../trust.js';
import { createProgress } from '../render/progress.js';
import { renderReport } from '../render/report.js';
import { writeWhole } from '../write-whole.js';

const PROMPT = 'a red apple on a blue background';
const SEED = 7;

export function addDemoCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('demo')
    .description('generate a signed image, damage it as a website would, and verify both')
    .option('--dir <folder>', 'where to write', 'demo')
    .action(async (flags: { dir: string }) => {
      await mkdir(flags.dir, { recursive: true });
      done(await run(io, flags.dir));
    });
}

async function run(io: CliIo, dir: string): Promise<number> {
  const say = (text: string): void => io.out(`${text}\n`);
  say(`1. imprint generate "${PROMPT}" --seed ${SEED}`);
  const issuer = await issuerFor(io, {});
  const models = createModelStore();
  const progress = createProgress(io);
  const [image] = await generateMarked(createGenerator({ models }), PROMPT, issuer, {
    seed: SEED,
    onProgress: progress.update,
  }).finally(async () => {
    progress.stop();
    await models.dispose();
  });
  const original = join(dir, 'apple.png');
  await writeWhole(original, image!.bytes);
  const { payload, psnr } = image!.watermark;
  say(`   wrote ${original}: watermark ${payload} at ${psnr.toFixed(1)} dB, signed\n`);

  say(`2. imprint verify ${original} --trust dev`);
  const inspector = createInspector({ trust: { lists: await trustLists(io, ['dev']) } });
  const first = await inspector.inspect(image!.bytes, { path: original });
  say(indent(renderReport(first, io.colour)));

  say('3. Re-save as a website does: half the size, JPEG quality 75, metadata dropped');
  const { pixels } = await decodeImage(image!.bytes);
  const small = await resizePixels(pixels, pixels.width >> 1, pixels.height >> 1);
  const stripped = await encodeImage(small, { format: 'jpeg', quality: 75 });
  const copy = join(dir, 'apple-resaved.jpg');
  await writeWhole(copy, stripped);
  say(`   wrote ${copy}\n`);

  say(`4. imprint verify ${copy}`);
  const second = await inspector.inspect(stripped, { path: copy });
  say(indent(renderReport(second, io.colour)));

  const survived = survivedWith(second, payload);
  say(
    survived
      ? `The credentials are gone, but the watermark still identifies the image: ${payload}.`
      : 'The watermark was not read from the copy.',
  );
  return survived ? EXIT.satisfied : EXIT.operational;
}

function survivedWith(report: Report, payload: string): boolean {
  return (
    report.credentials.presence === 'absent' &&
    report.watermarks.some((watermark) => watermark.payload === payload)
  );
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '   ');
}
