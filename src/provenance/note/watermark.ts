/** Watermarks in words, and what was done to the image since it was marked. */
import type { Report, WatermarkReport } from '../../detect/index.js';
import { LATENT_ALG } from '../../watermark/index.js';
import { describeGeometry } from './geometry.js';
import type { NoteLine } from './words.js';

export function describeWatermarks({ watermarks }: Report): NoteLine[] {
  if (watermarks.length === 0) return [{ text: 'not looked for', level: 'plain' }];
  const found = watermarks.filter(({ status }) => status !== 'none');
  if (found.length === 0) return [{ text: 'none found', level: 'plain' }];
  return found.flatMap((mark) => {
    const done = mark.geometry === null ? '' : describeGeometry(mark.geometry);
    return [
      { text: describeMark(mark), level: 'plain' as const },
      ...(done === '' ? [] : [{ text: `since it was marked: ${done}`, level: 'plain' as const }]),
    ];
  });
}

function describeMark({
  alg,
  status,
  targeted,
  payload,
  origin,
  pValue,
  keyId,
}: WatermarkReport): string {
  const matches = targeted
    ? 'asked for as the credentials declare it'
    : status === 'verified'
      ? 'as the credentials declare'
      : alg === LATENT_ALG
        ? 'found in the noise that it was drawn from'
        : 'found in the pixels';
  const how = keyId === null ? `public mark ${alg}` : `key ${keyId}`;
  return `${payload} (${origin}), ${matches}; ${how}, chance <= ${pValue.toExponential(0)}`;
}
