/** `--init --strength --mask --outpaint --upscale --style`: making a picture of another one, larger, and in its style. */
import { basename } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type {
  ControlKind,
  GenerateMarkedOptions,
  GenerateOptions,
  Margins,
  Pixels,
  SourceFile,
  UpscaleFactor,
} from '../provenance/index.js';
import { decodeImage, drawnControl, readImageFile, UPSCALE_FACTORS } from '../provenance/index.js';
import { namedPaths } from './commands/shared.js';
import { numberOption } from './options.js';
import type { NamedPath } from './targets.js';

export interface EditFlags {
  init?: string;
  strength?: number;
  mask?: string;
  outpaint?: Margins;
  upscale?: string;
  style?: string;
  styleStrength?: number;
}

const SIDES = ['left', 'right', 'top', 'bottom'] as const;

export function addEditOptions(command: Command): Command {
  return command
    .option('--init <file>', 'begin from this image: image-to-image')
    .option(
      '--strength <x>',
      'how far from --init, 0-1 (default: 0.6, with --mask or --outpaint 1)',
      numberOption(0, 1),
    )
    .option('--mask <file>', 'of the size of --init: light parts are made anew, dark ones stay')
    .option('--outpaint <margins>', 'pixels to add to --init, as left=128,bottom=64', marginsOption)
    .addOption(
      new Option('--upscale <n>', 'super-resolution of the result').choices(
        UPSCALE_FACTORS.map(String),
      ),
    )
    .option('--style <file>', 'give the result the palette and coarse texture of this image')
    .option(
      '--style-strength <x>',
      'how far towards --style, 0-1 (default: 1)',
      numberOption(0, 1),
    );
}

function marginsOption(text: string): Margins {
  const margins: { -readonly [side in keyof Margins]: Margins[side] } = {};
  for (const part of text.split(',')) {
    const [, side, pixels] = /^\s*(left|right|top|bottom)=(\d{1,4})\s*$/.exec(part) ?? [];
    const known = SIDES.find((name) => name === side);
    if (known === undefined || margins[known] !== undefined) {
      throw new InvalidArgumentError(`Expected ${SIDES.map((s) => `${s}=PIXELS`).join(',')}.`);
    }
    margins[known] = Number(pixels);
  }
  return margins;
}

/** The files that are read: none of them may be written over. */
export const editFiles = ({ init, mask, style }: EditFlags): NamedPath[] =>
  namedPaths({ '--init': init, '--mask': mask, '--style': style });

type EditOptions = Pick<
  GenerateMarkedOptions,
  'init' | 'mask' | 'strength' | 'outpaint' | 'upscale' | 'style' | 'styleStrength'
>;

/** @throws ImageError when a file cannot be read. */
export async function editOptions(flags: EditFlags): Promise<EditOptions> {
  const { init, strength, mask, outpaint, upscale, style, styleStrength } = flags;
  return {
    ...(init === undefined
      ? {}
      : { init: { bytes: await readImageFile(init), title: basename(init) } }),
    ...(mask === undefined ? {} : { mask: await readImageFile(mask) }),
    ...(strength === undefined ? {} : { strength }),
    ...(outpaint === undefined ? {} : { outpaint }),
    ...(upscale === undefined ? {} : { upscale: Number(upscale) as UpscaleFactor }),
    ...(style === undefined
      ? {}
      : { style: { bytes: await readImageFile(style), title: basename(style) } }),
    ...(styleStrength === undefined ? {} : { styleStrength }),
  };
}

/** For a generator without marks: files become pixels. */
export async function unmarkedOptions(
  options: Omit<GenerateMarkedOptions, 'latentMark'>,
): Promise<GenerateOptions> {
  const { init, mask, control, style, ...rest } = options;
  return {
    ...rest,
    ...(init === undefined ? {} : { init: (await decodeImage(init.bytes)).pixels }),
    ...(mask === undefined ? {} : { mask: (await decodeImage(mask)).pixels }),
    ...(control === undefined ? {} : { control: await pixelsOf(control, rest.controlKind) }),
    ...(style === undefined ? {} : { style: (await decodeImage(style.bytes)).pixels }),
  };
}

async function pixelsOf(control: SourceFile, kind: ControlKind | undefined): Promise<Pixels> {
  const { bytes } = await drawnControl(control, kind);
  return (await decodeImage(bytes)).pixels;
}
