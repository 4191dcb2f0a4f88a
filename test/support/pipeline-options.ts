/** The options of one case of fixtures/pipelines, with its pictures read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GenerateOptions } from '../../src/generate/index.js';
import { decodeImage } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { PIPELINES } from './pipelines.js';
import type { PipelineCase } from './pipelines.js';

export async function readPicture(name: string): Promise<Pixels> {
  return (await decodeImage(readFileSync(join(PIPELINES, name)))).pixels;
}

export async function optionsOf(c: PipelineCase): Promise<GenerateOptions> {
  const { seed, steps, guidance, negative, scheduler, size, strength, controlScale } = c;
  return {
    seed,
    steps,
    guidance,
    negative,
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(size === undefined ? {} : { size: { width: size[0], height: size[1] } }),
    ...(strength === undefined ? {} : { strength }),
    ...(controlScale === undefined ? {} : { controlScale }),
    ...(c.init === undefined ? {} : { init: await readPicture(c.init) }),
    ...(c.mask === undefined ? {} : { mask: await readPicture(c.mask) }),
    ...(c.control === undefined ? {} : { control: await readPicture(c.control) }),
  };
}
