/** The measured part of docs/forensics.md. */
import { markdownTable } from '../watermark/markdown.js';
import type { ThumbnailResults } from './thumbnails.js';
import { wilsonUpper } from './statistics.js';

export interface PowerRow {
  observation: string;
  condition: string;
  /** Positives on which it was observed, at the threshold that ships. */
  hits: number;
  positives: number;
  falseAlarms: number;
  negatives: number;
  area: number;
}

export interface WildRow {
  label: string;
  files: number;
  observed: Record<string, number>;
  applicable: Record<string, number>;
}

interface Times {
  median: number;
  least: number;
}

export interface Results {
  about: string;
  load: number;
  bases: number;
  power: PowerRow[];
  thumbnails: ThumbnailResults;
  wild: WildRow[];
  speed: { all: Times; each: Record<string, Times> };
}

const START = '<!-- bench:start -->';
const END = '<!-- bench:end -->';
const share = (hits: number, of: number): string =>
  of === 0 ? '-' : `${((100 * hits) / of).toFixed(0)} % (${hits} of ${of})`;
const short = (id: string): string => id.replace('forensics.', '');

export function renderPage(page: string, results: Results): string {
  if (!page.includes(START) || !page.includes(END)) throw new Error('the page has no bench marks');
  const head = page.slice(0, page.indexOf(START) + START.length);
  return `${head}\n\n${renderTables(results)}\n\n${page.slice(page.indexOf(END))}`;
}

export function renderTables({
  about,
  load,
  bases,
  power,
  thumbnails,
  wild,
  speed,
}: Results): string {
  const ids = Object.keys(speed.each).filter((id) => id.startsWith('forensics.'));
  const seen = (list: ThumbnailResults['originals']): string =>
    share(list.filter(({ status }) => status === 'observed').length, list.length);
  return [
    `Made by \`npm run bench:forensics\`. ${about} Load of the machine meanwhile: ${load.toFixed(1)}.`,
    '### Power',
    `${bases} photographs without traces of their own (reduced to less than two thirds), each manipulated as named. "Observed" and "false" are at the thresholds that ship; "false" and the area under the curve (AUC) are against the pictures in which the trace is absent, pooled; "at most" is the upper end of the 95 % interval of the false rate.`,
    markdownTable(
      ['observation', 'manipulation', 'observed', 'false', 'at most', 'AUC'],
      power.map((row) => [
        short(row.observation),
        row.condition,
        share(row.hits, row.positives),
        share(row.falseAlarms, row.negatives),
        `${(100 * wilsonUpper(row.falseAlarms, row.negatives)).toFixed(1)} %`,
        row.area.toFixed(3),
      ]),
    ),
    '### EXIF thumbnails',
    markdownTable(
      ['files', 'mismatch observed'],
      [
        ['camera files as they are', seen(thumbnails.originals)],
        ['the same EXIF block on another picture', seen(thumbnails.foreign)],
        ['the same EXIF block on a crop of 60 % a side', seen(thumbnails.cropped)],
      ],
    ),
    '### What is observed on files as they come',
    'Shares of the files in which the observation applies; a dash where it applies to none.',
    markdownTable(
      ['observation', ...wild.map(({ label, files }) => `${label} (${files})`)],
      ids.map((id) => [
        short(id),
        ...wild.map(({ observed, applicable }) =>
          applicable[id] === undefined
            ? '-'
            : `${((100 * (observed[id] ?? 0)) / applicable[id]).toFixed(0)} %`,
        ),
      ]),
    ),
    '### Processor time',
    `One decoded photograph of 1024 x 1024, JPEG 90, after two runs that compile the code; milliseconds, shared work counted where it is first needed. All together: median ${speed.all.median.toFixed(0)}, least ${speed.all.least.toFixed(0)}. Other processes slow this machine; the least is nearest to an idle core.`,
    markdownTable(
      ['stage', 'median', 'least'],
      Object.entries(speed.each).map(([id, time]) => [
        short(id),
        time.median.toFixed(1),
        time.least.toFixed(1),
      ]),
    ),
  ].join('\n\n');
}
