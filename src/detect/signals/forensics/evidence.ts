/** All forensic observations over one picture: entries of the report, and evidence for those that were made. */
import type { DecodedImage, ImageLimits } from '../../../image/index.js';
import type { Evidence } from '../../evidence.js';
import type { ForensicObservation } from '../../pixels-report.js';
import { buildForensicView } from './build-view.js';
import { OBSERVATIONS } from './observations/index.js';
import type { ForensicView } from './view.js';

export interface Forensics {
  /** Every observation, those that were looked for in vain included. */
  observations: ForensicObservation[];
  /** Those that were made. */
  evidence: Evidence[];
}

export async function readForensics(
  { bytes, image }: { bytes: Uint8Array; image: DecodedImage },
  limits: Partial<ImageLimits> = {},
): Promise<Forensics> {
  const observations = observeAll(await buildForensicView(bytes, image, limits));
  return { observations, evidence: forensicEvidence(observations) };
}

/** In the order of the list. */
function observeAll(view: ForensicView): ForensicObservation[] {
  return OBSERVATIONS.map((observation) => {
    const { status, finding, measures, log10FalseAlarms, regions } = observation.measure(view);
    return {
      id: observation.id,
      status,
      finding,
      where: observation.where,
      explain: observation.explain,
      measured: measures,
      ...(log10FalseAlarms === null ? {} : { falseAlarms: 10 ** log10FalseAlarms }),
      ...(regions.length === 0 ? {} : { regions }),
    };
  });
}

/**
 * Evidence without a claim and without weight: forensic traces say edited, saved again or enlarged, and photographs
 * and generated pictures are all of that alike.
 */
export function forensicEvidence(observations: readonly ForensicObservation[]): Evidence[] {
  return observations
    .filter(({ status }) => status === 'observed')
    .map(({ id, finding, where, explain, falseAlarms }) => ({
      id,
      layer: 'forensics',
      finding,
      strength: 'hint',
      claim: null,
      llr: 0,
      spoofable: true,
      where,
      explain,
      ...(falseAlarms === undefined || falseAlarms >= 1 ? {} : { falsePositiveRate: falseAlarms }),
    }));
}
