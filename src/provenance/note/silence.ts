/** What was looked for and not found, and what was not looked for: two kinds of silence that mean different things. */
import { printable } from '../../core/index.js';
import type { Report } from '../../detect/index.js';
import { LATENT_ALG, WATERMARK_ALG } from '../../watermark/index.js';

export function notFound({ credentials, watermarks, evidence, pixels }: Report): string[] {
  const own = watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  const latent = watermarks.find(({ alg }) => alg === LATENT_ALG);
  const ours: readonly string[] = [WATERMARK_ALG, LATENT_ALG];
  const foreign = watermarks.some(({ alg, status }) => !ours.includes(alg) && status !== 'none');
  const origin = evidence.some(({ layer, claim }) => layer === 'metadata' && claim !== null);
  return [
    ...(credentials.presence === 'absent' ? ['Content Credentials'] : []),
    ...(own?.status === 'none' ? ['an imprint watermark under the keys tried'] : []),
    ...(latent?.status === 'none'
      ? ['a mark of --latent-mark in the noise, under the keys tried']
      : []),
    ...(own !== undefined && !foreign
      ? ['the public marks of Stable Diffusion and FLUX, which a resize removes']
      : []),
    ...(origin ? [] : ['metadata that tells the origin']),
    ...(pixels?.classifier?.decision === 'not-synthetic'
      ? ['artefacts that the classifier knows']
      : []),
  ];
}

export function notChecked({ credentials, watermarks, file, pixels }: Report): string[] {
  const own = watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  const { presence, signer, trustLists, validationState, remoteUrl } = credentials;
  return [
    ...(file.width === null ? ['the pixels, which cannot be decoded'] : []),
    ...(presence === 'remote' && validationState === null
      ? [`credentials kept at ${printable(remoteUrl ?? 'another place')}`]
      : []),
    ...(signer !== null && trustLists.length === 0
      ? ['whether the signer can be trusted: no trust list was in use']
      : []),
    ...(file.width !== null && watermarks.length === 0 ? ['watermarks'] : []),
    ...(own?.status === 'none' && own.search === 'fast'
      ? [
          'an imprint watermark within a larger picture, in a small part or at a slant: the search was fast',
        ]
      : []),
    ...(file.width !== null && pixels?.classifier === undefined
      ? ['artefacts of generators: the classifier did not run']
      : []),
    ...(pixels?.classifier?.crops === 0
      ? ['artefacts of generators: the picture has too few squares with detail']
      : []),
    'watermarks that only their makers can read, such as SynthID',
  ];
}
