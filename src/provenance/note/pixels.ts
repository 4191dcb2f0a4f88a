/** What the pixels themselves say, in words; empty when neither classifier nor forensics ran. */
import type { ClassifierReport, Report } from '../../detect/index.js';
import type { NoteLine } from './words.js';
import { describeScore } from './words.js';

/** Observations shown: a note is short, --json and --html have them all. */
const OBSERVATIONS = 3;

const DECISION: Record<ClassifierReport['decision'], string> = {
  synthetic: 'artefacts of generators',
  'not-synthetic': 'no artefacts of generators',
  inconclusive: 'undecided',
};

export function describePixels({ pixels }: Report): NoteLine[] {
  if (pixels === undefined) return [];
  const { classifier, forensics } = pixels;
  const lines: NoteLine[] = [];
  if (classifier !== undefined) {
    const { decision, score, crops, quality } = classifier;
    const said = `${DECISION[decision]}, ${describeScore(score)} on ${crops} ${crops === 1 ? 'crop' : 'crops'} (${quality})`;
    lines.push({ text: `classifier: ${crops === 0 ? 'not judged' : said}`, level: 'plain' });
  }
  const seen = forensics.filter(({ status }) => status === 'observed');
  lines.push({
    text:
      seen.length === 0 ? 'forensics: nothing to note' : 'forensics, which say nothing about AI:',
    level: 'plain',
  });
  for (const { finding } of seen.slice(0, OBSERVATIONS))
    lines.push({ text: finding, level: 'plain' });
  const more = seen.length - OBSERVATIONS;
  if (more > 0) lines.push({ text: `and ${more} more`, level: 'plain' });
  return lines;
}
