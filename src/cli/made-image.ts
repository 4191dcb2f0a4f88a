/** What `generate` makes at a time, and what it tells of it. */
import { printable } from '../core/index.js';
import type {
  GeneratedMarkedImage,
  GenerateMarkedOptions,
  Generator,
  Issuer,
  OutputFormat,
} from '../provenance/index.js';
import { encodeImage, generateMarked } from '../provenance/index.js';
import { unmarkedOptions } from './edit-options.js';
import { inOptions } from './exit.js';

export interface MadeImage {
  seed: number;
  bytes: Uint8Array;
  manifest: Uint8Array | null;
  /** Id in the registry. */
  manifestId: string | null;
  /** What the control picture was taken for. */
  control: { kind?: string; readAs?: string } | null;
  payload: string | null;
  psnr: number | null;
  ssim: number | null;
  /** As in the library's result. */
  margin: number | null;
  warnings: string[];
}
export type WrittenImage = Omit<MadeImage, 'bytes' | 'manifest'> & {
  path: string;
  sidecar: string | null;
};

/** One image, marked and signed by `issuer`, or bare when that is null. */
export async function makeImage(
  generator: Generator,
  prompt: string,
  issuer: Issuer | null,
  options: GenerateMarkedOptions & { format: OutputFormat },
): Promise<MadeImage> {
  if (issuer !== null) {
    const [image] = await generateMarked(generator, prompt, issuer, options);
    const { bytes, manifest, manifestId, watermark, seed, settings, warnings } = image!;
    const control = controlOf(settings);
    const told = warnings.map(inOptions);
    return { seed, bytes, manifest, manifestId, control, ...watermark, warnings: told };
  }
  const { format, quality, ...rest } = options;
  const [image] = await generator.generate(prompt, await unmarkedOptions(rest));
  return {
    seed: image!.seed,
    bytes: await encodeImage(
      image!.pixels,
      quality === undefined ? { format } : { format, quality },
    ),
    manifest: null,
    manifestId: null,
    control: controlOf(image!.settings),
    payload: null,
    psnr: null,
    ssim: null,
    margin: null,
    warnings: [...(image!.warnings ?? []), 'written without watermark and credentials'],
  };
}

function controlOf({ control }: GeneratedMarkedImage['settings']): MadeImage['control'] {
  if (control === undefined) return null;
  const { kind, readAs } = control;
  return { ...(kind === undefined ? {} : { kind }), ...(readAs === undefined ? {} : { readAs }) };
}

/** The line that is printed for it. */
export function describeImage({
  path,
  sidecar,
  seed,
  control,
  payload,
  psnr,
}: WrittenImage): string {
  const mark =
    payload === null ? 'unmarked' : `watermark ${payload} at ${psnr?.toFixed(1)} dB, signed`;
  const beside = sidecar === null ? '' : `, manifest in ${printable(sidecar)}`;
  const along =
    control?.kind === undefined ? '' : `, along ${control.kind} of a ${control.readAs ?? 'map'}`;
  return `${printable(path)}  seed ${seed}${along}, ${mark}${beside}`;
}
