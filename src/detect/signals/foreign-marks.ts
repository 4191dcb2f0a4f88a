/** Public watermarks of other generators -> report entries and evidence. Positive-only: a miss says nothing. */
import type { ForeignMark } from '../../watermark/index.js';
import type { Evidence } from '../evidence.js';
import type { WatermarkReport } from '../report.js';

export function foreignMarkReport(mark: ForeignMark): WatermarkReport {
  return {
    alg: `${mark.method}.${mark.family}`,
    status: 'detected',
    targeted: false,
    payload: mark.payload,
    origin: 'generated',
    keyId: null,
    pValue: mark.pValue,
    geometry: null,
    registry: null,
  };
}

export function foreignMarkEvidence({
  method,
  name,
  payload,
  bits,
  matched,
  pValue,
}: ForeignMark): Evidence {
  return {
    id: 'watermark.foreign',
    layer: 'watermark',
    finding: `${name} watermark ${payload} (${method}, ${matched} of ${bits} bits)`,
    strength: 'structural',
    claim: 'ai-generated',
    llr: 7,
    spoofable: true,
    where: 'pixels',
    explain: `Reference code of ${name} writes this word into what it makes, but the word is public and anyone can write it. Positive-only: a resize, a crop or an ordinary JPEG usually removes such marks, so their absence would say nothing.`,
    falsePositiveRate: pValue,
  };
}
