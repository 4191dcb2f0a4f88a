/** Classifier report -> evidence. Only a decision outside the abstention claims anything. */
import type { Evidence } from '../../evidence.js';
import type { ClassifierReport } from '../../pixels-report.js';

/**
 * An abstention counts as doubt only where fewer real pictures than this look as synthetic. Elsewhere it says nothing,
 * as most do: a verdict must not turn `inconclusive` for want of a better classifier.
 */
const DOUBT = 0.05;

const EXPLAIN =
  'A small network compared the finest detail of some squares of the picture with what learned decoders leave. It knows ' +
  'few generators, and resizing, strong compression and retouching remove or imitate such traces: alone it proves nothing.';

const UNJUDGED =
  'The classifier looks at squares of 96 pixels at native resolution that are not of one colour, and knows how often it errs ' +
  'only for pictures that have several of them.';

export function classifierEvidence(report: ClassifierReport): Evidence {
  const { decision, llr, crops, quality, falsePositiveRate, score, pReal } = report;
  const base = {
    layer: 'classifier',
    strength: 'statistical',
    llr,
    spoofable: true,
    where: 'pixels',
    explain: EXPLAIN,
  } as const;
  if (crops === 0)
    return {
      ...base,
      id: 'classifier.inconclusive',
      finding: 'The classifier did not judge the picture: too few squares of it show any detail',
      claim: null,
      explain: UNJUDGED,
    };
  const seen = `${crops} ${crops === 1 ? 'square' : 'squares'} at native resolution, ${quality}`;
  switch (decision) {
    case 'synthetic':
      return {
        ...base,
        id: 'classifier.synthetic',
        finding: `Traces like those of learned decoders (calibrated ${score.toFixed(2)}; ${seen})`,
        claim: 'ai-generated',
        ...(falsePositiveRate === null ? {} : { falsePositiveRate }),
      };
    case 'not-synthetic':
      return {
        ...base,
        id: 'classifier.not-synthetic',
        finding: `No traces of the learned decoders that are known here (calibrated ${score.toFixed(2)}; ${seen})`,
        claim: null,
      };
    case 'inconclusive':
      return {
        ...base,
        id: 'classifier.inconclusive',
        finding: `The classifier abstains: pictures of both kinds look like this to it (${seen})`,
        claim: null,
        ...(pReal <= DOUBT ? { abstains: true } : {}),
      };
  }
}
