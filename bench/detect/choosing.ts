/** The sections of docs/detector.md that come from training/classifier: the development set (score.py), leave one out (left_out.py). */
import { existsSync, readFileSync } from 'node:fs';
import { percent, row, three } from './cells.js';

/** Figures of one network on the development set. */
interface Scores {
  mean: Rates;
  'never trained': Rates;
  swap: readonly [number, number];
  'swap change': number;
}

interface Rates {
  png: number;
  hard: number;
  recall1: number;
}

interface LeftOut {
  commit: string;
  machine: string;
  torch: string;
  /** Crops that the trunk of a group was trained on, and crops that its last layers were fitted to. */
  crops: Readonly<Record<Group, { trunk: number; fit: number }>>;
  rows: readonly LeftOutRow[];
}

type Group = 'made' | 'real';

interface LeftOutRow {
  'left out': string;
  group: Group;
  label: 0 | 1;
  pictures: number;
  in: Side;
  out: Side;
}

interface Side {
  png: number;
  hard: number;
  recall: number;
  /** Of a source of photographs: its share above the 1 % threshold of the other reals. */
  above?: number;
}

const RESULTS = 'bench/results';

export function choosingLines(): string[] {
  return [
    ...section('detect-development.json', developmentLines),
    ...section('detect-left-out.json', leftOutLines),
  ];
}

function section<T>(file: string, lines: (result: T) => string[]): string[] {
  const path = `${RESULTS}/${file}`;
  return existsSync(path) ? [...lines(JSON.parse(readFileSync(path, 'utf8')) as T), ''] : [];
}

function developmentLines(networks: Readonly<Record<string, Scores>>): string[] {
  return [
    '## The development set',
    '',
    'Networks are chosen on pictures that neither training nor the tables above see (training/classifier/development.py: 315 reals, 271 generated): ' +
      'the part of each training source that is held back, pop-os wallpapers, and of generators StyleCLIP and an ESRGAN upscaler, which no training saw ("never trained" is their mean). ' +
      'The threshold is of reals saved as PNG. Swap: points of balanced accuracy between PNG reals against JPEG 95 generated and the reverse.',
    '',
    '| weights | AUC PNG | AUC 0.75+q75 | recall at 1 % | never trained: PNG | 0.75+q75 | recall | swap |',
    '|---|---|---|---|---|---|---|---|',
    ...Object.entries(networks).map(([name, scores]) =>
      row(
        name,
        ...[scores.mean, scores['never trained']].flatMap((rates) => [
          three(rates.png),
          three(rates.hard),
          percent(rates.recall1),
        ]),
        (100 * scores['swap change']).toFixed(1),
      ),
    ),
  ];
}

function leftOutLines({ commit, machine, torch, crops, rows }: LeftOut): string[] {
  const both = (
    entry: LeftOutRow,
    show: (value: number) => string,
    of: (side: Side) => number,
  ): string => `${show(of(entry.in))} / ${show(of(entry.out))}`;
  const cells = (entry: LeftOutRow): (string | number)[] => [
    entry['left out'],
    entry.pictures,
    both(entry, three, ({ png }) => png),
    both(entry, three, ({ hard }) => hard),
    both(entry, percent, ({ recall }) => recall),
  ];
  const of = (label: 0 | 1): LeftOutRow[] => rows.filter((entry) => entry.label === label);
  const lengths = (group: Group): string =>
    `${crops[group].trunk.toLocaleString('en')} crops, the last layer fitted to ${crops[group].fit.toLocaleString('en')}`;
  return [
    '## Leave one out',
    '',
    `Commit ${commit}, ${machine}, PyTorch ${torch}. A trunk that saw none of those in question stays as it is, and the last layer is fitted to everything, or to everything without one source, generator or family of decoders (its twins too). ` +
      'Each cell: everything in / left out, on the same held-back pictures. A whole network could not be trained once for each in the time that there was: the level of these short-lived trunks says little, the difference says what is lost on something new.',
    '',
    `Generators: the trunk of the first phase of C, which saw reals and twins alone (${lengths('made')}). Decoders and photographs: a trunk of wallpapers, icons and twins by TAEF2 alone (${lengths('real')}).`,
    '',
    '| left out | pictures | AUC PNG | AUC 0.75+q75 | recall at 1 % |',
    '|---|---|---|---|---|',
    ...of(1).map((entry) => row(...cells(entry))),
    '',
    'Photographs left out: the AUC is the mean of all generators against them, the threshold for recall is of their own 1 %; `above` is their share above the 1 % threshold of the other reals.',
    '',
    '| photographs left out | pictures | AUC PNG | AUC 0.75+q75 | recall at 1 % | above |',
    '|---|---|---|---|---|---|',
    ...of(0).map((entry) =>
      row(
        ...cells(entry),
        both(entry, percent, ({ above = NaN }) => above),
      ),
    ),
  ];
}
