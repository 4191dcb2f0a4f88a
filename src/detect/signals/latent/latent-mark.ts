/** The mark in the noise that a picture was drawn from -> report entry and evidence. */
import type { Pixels } from '../../../image/index.js';
import type { ModelStore } from '../../../onnx/index.js';
import type { WatermarkKey } from '../../../watermark/index.js';
import { LATENT_ALG, PUBLIC_KEY, testLatentMark } from '../../../watermark/index.js';
import type { Evidence } from '../../evidence.js';
import type { WatermarkReport } from '../../report.js';
import { estimateNoise } from './estimate-noise.js';

/** What a detection may err, per image, whatever is asked of it. */
const MAX_FALSE_POSITIVE = 1e-4;
/** From here on it is worth as much as the mark of the pixels, which is held to the same. */
const CERTAIN = 1e-9;

/**
 * Null where the store has no model that could look.
 *
 * @throws OnnxError when the files of the models are damaged.
 */
export async function readLatentMark(
  pixels: Pixels,
  models: ModelStore,
  keys: readonly WatermarkKey[] = [PUBLIC_KEY],
): Promise<WatermarkReport | null> {
  const estimates = await estimateNoise(pixels, models);
  if (estimates === null) return null;
  const { keyId, pattern, pValue } = testLatentMark(estimates, keys);
  const found = pValue <= MAX_FALSE_POSITIVE;
  return {
    alg: LATENT_ALG,
    status: found ? 'detected' : 'none',
    targeted: false,
    payload: found ? pattern.toString(16).padStart(3, '0') : null,
    origin: found ? 'generated' : null,
    keyId: found ? keyId : null,
    pValue,
    geometry: null,
    registry: null,
  };
}

export function latentMarkEvidence({ payload, keyId, pValue }: WatermarkReport): Evidence[] {
  if (payload === null) return [];
  const open = keyId === PUBLIC_KEY.id;
  const isCertain = pValue <= CERTAIN;
  return [
    {
      id: 'watermark.latent',
      layer: 'watermark',
      finding: `The noise that the picture was drawn from bears pattern ${payload} of key ${keyId}`,
      strength: !isCertain ? 'statistical' : open ? 'structural' : 'cryptographic',
      claim: 'ai-generated',
      llr: !isCertain ? 4 : open ? 7 : 12,
      spoofable: open,
      where: 'pixels',
      explain: `The bundled model was asked what of the picture is noise, and that lies along a pattern of the key. ${
        isCertain
          ? 'Chance is ruled out by the bound'
          : `Chance does so in at most ${pValue.toExponential(0)} of pictures`
      }; ${open ? 'anyone who has this tool could have drawn it, as the key is public.' : 'nobody without the key draws such a picture.'}`,
      falsePositiveRate: pValue,
    },
  ];
}
