/** docs/detector.md: the tables of the classifier, each figure under a calibration that never saw the picture's source. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { execFileSync } from 'node:child_process';
import type { Scored } from './calibrate.js';
import { percent, row, three } from './cells.js';
import { choosingLines } from './choosing.js';
import { auc, reliability, shareAbove, thresholdAt } from './figures.js';
import { reliabilitySvg, worstPictures } from './pictures.js';
import type { Source } from './sources.js';
import { VARIANTS } from './variants.js';

export interface PageInput {
  scored: readonly Scored[];
  sources: readonly Source[];
  model: { sha256: string; crops: number };
  data: string;
  /** Results of other models: leave-one-out runs, the trivial classifiers. */
  extra: string;
}

/** What training/classifier/extra.ts and trivial.py leave for the page. */
interface Extra {
  title: string;
  lines: string[];
}

const HARD = 'resize75-jpeg75';
/** Its four files are figures of a notebook: faces of 1024 px drawn at 364 px, with a white margin. Little of a trace is left at that scale. */
const FIGURES = 'stylegan2';
const DELIVERED = ['png', 'jpeg85', HARD, 'resize50', 'webp80'];
/**
 * What pictures are ranked by: the pooled logit, which has no parameter fitted here, so that calibrations of different folds
 * cannot move sources against each other.
 */
const ranks = (records: readonly Scored[]): number[] => records.map(({ pooled }) => pooled);

export async function writePage({ scored, sources, model, data, extra }: PageInput): Promise<void> {
  mkdirSync('docs/detector', { recursive: true });
  const at = (variant: string): Scored[] => scored.filter((record) => record.variant === variant);
  // With too few crops the report abstains, and nothing is above a threshold.
  const judged = (records: readonly Scored[]): number[] =>
    records.map(({ crops, pooled }) => (crops < model.crops ? -Infinity : pooled));
  const real = (records: readonly Scored[]): Scored[] => records.filter(({ label }) => label === 0);
  const photos = (records: readonly Scored[]): Scored[] =>
    records.filter(({ kind }) => kind === 'photograph');
  const threshold = thresholdAt(judged(real(at('clean'))), 0.01);
  const generators = sources.filter(({ label }) => label === 1);
  const meanAuc = (variant: string, among = generators): number =>
    mean(
      among.map(({ name }) =>
        auc(ranks(at(variant).filter((r) => r.source === name)), ranks(photos(at(variant)))),
      ),
    );
  const files = generators.filter(({ name }) => name !== FIGURES);
  const made = (variant: string): Scored[] => at(variant).filter(({ label }) => label === 1);
  const meanRecall = (variant: string, among = generators): number =>
    mean(
      among.map(({ name }) =>
        shareAbove(judged(at(variant).filter((r) => r.source === name)), threshold),
      ),
    );

  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const processors = cpus();
  const lines: string[] = [
    '# The classifier, measured',
    '',
    `Made by \`npm run bench:detect\` at commit ${commit}, ${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}; ` +
      `graph ${model.sha256.slice(0, 12)}, ${model.crops} crops a picture. No picture below is of a source that was trained on, and each is judged ` +
      'under a calibration of the other sources; AUC and the 1 % threshold are of the pooled logit of the crops (pooling.ts), which nothing here was fitted to. The mean over generators counts each source once, however many pictures it has.',
    '',
    '## The bars',
    '',
    '| | asked | measured | |',
    '|---|---|---|---|',
    bar('AUC, files as they came, generators against photographs', 0.9, meanAuc('clean'), three),
    bar('AUC, both classes saved as PNG', 0.9, meanAuc('png'), three),
    bar('AUC after resize 0.75 and JPEG 75', 0.8, meanAuc(HARD), three),
    bar(
      'recall at 1 % false positives on all reals (threshold of the files as they came)',
      0.45,
      meanRecall('clean'),
      percent,
    ),
    '',
    `The four StyleGAN2 files are figures of a notebook: faces of 1024 px drawn at 364 px, with a white margin. They count above like any other source. Without them: AUC ${three(meanAuc('clean', files))}, ` +
      `${three(meanAuc('png', files))} as PNG, ${three(meanAuc(HARD, files))} after resize and JPEG, recall ${percent(meanRecall('clean', files))}.`,
    '',
    '## By generator',
    '',
    '`AUC` against all held-out photographs in the same variant. `called` is the share that the report calls synthetic (conformal, 1 %), `abstains` is `inconclusive`.',
    '',
    '| source | generator | pictures | AUC clean | AUC PNG | AUC JPEG 95 | AUC 0.75+q75 | recall at 1 % | called | abstains |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...generators.map(({ name, kind }) => {
      const of = (variant: string): Scored[] => at(variant).filter((r) => r.source === name);
      const clean = of('clean');
      const a = (variant: string): string =>
        three(auc(ranks(of(variant)), ranks(photos(at(variant)))));
      return row(
        name,
        kind,
        clean.length,
        a('clean'),
        a('png'),
        a('jpeg95'),
        a(HARD),
        percent(shareAbove(judged(clean), threshold)),
        percent(decided(clean, 'synthetic')),
        percent(decided(clean, 'inconclusive')),
      );
    }),
    '',
    '## False positives by kind of real picture',
    '',
    'Share called synthetic. The conformal rule aims at 1 % of photographs and formulas of all variants; these rows are of sources that the rule had not seen.',
    '',
    '| source | kind | pictures | above the 1 % threshold | called synthetic, as they came | called, 0.75+q75 | abstains |',
    '|---|---|---|---|---|---|---|',
    ...sources
      .filter(({ label }) => label === 0)
      .map(({ name, kind }) => {
        const of = (variant: string): Scored[] => at(variant).filter((r) => r.source === name);
        return row(
          name,
          kind,
          of('clean').length,
          percent(shareAbove(judged(of('clean')), threshold)),
          percent(decided(of('clean'), 'synthetic')),
          percent(decided(of(HARD), 'synthetic')),
          percent(decided(of('clean'), 'inconclusive')),
        );
      }),
    '',
    '## By what happened to the file',
    '',
    'All classes in the same variant; the threshold stays that of the first table.',
    '',
    '| variant | pictures | mean AUC, generators against photographs | recall at the threshold | reals above it |',
    '|---|---|---|---|---|',
    ...Object.keys(VARIANTS).map((variant) =>
      row(
        variant,
        at(variant).length,
        three(meanAuc(variant)),
        percent(meanRecall(variant)),
        percent(shareAbove(judged(real(at(variant))), threshold)),
      ),
    ),
    '',
    '## Format swap',
    '',
    'The same pictures with the formats of the classes exchanged. Accuracy is the mean of both classes at log-odds 0; bar: a change of at most 2 points.',
    '',
    '| reals | generated | balanced accuracy | AUC |',
    '|---|---|---|---|',
    ...swapRows(at),
    '',
    '## Delivery',
    '',
    ...deliveryLines(scored, threshold),
    '',
    '## Calibration',
    '',
    ...calibrationLines(scored),
    '',
    ...choosingLines(),
    ...(existsSync(extra)
      ? (JSON.parse(readFileSync(extra, 'utf8')) as Extra[]).flatMap(({ title, lines: body }) => [
          `## ${title}`,
          '',
          ...body,
          '',
        ])
      : []),
    '## What was learned, and what was not done',
    '',
    '- The first runs were trained on twins alone. They told their own weak decoders apart and no generator; twins by an f8 decoder that blurs were taken out, since they teach blur.',
    '- Modern latent-diffusion decoders and the upscaler leave traces that carry over to sources never seen; GAN pictures of 256 px with grain, and pictures that were saved as JPEG by a site before (gpt-image-2), hardly do. JPEG 95 with halved chroma already takes most of them away (the column says from whom): what was found in files as they came is in the finest detail.',
    '- Of twins by decoders from nothing those count that keep their pictures: with four whose latents are wide, and degradations that leave something to see, a million crops on a GPU did what they had not done before.',
    '- Real pictures that look most synthetic are crisp, contrasty, retouched photographs with large dark or smooth areas. Training saw few such photographs. With photographs of three times as many kinds, recall at the same false positives rises by a fifth.',
    '- A line of calibration for each quality (a slope and a bias each) ranked equal logits by the format of their file; one line for all moved the accuracy at log-odds 0 by 8 to 9 points when formats were swapped, because JPEG takes traces away from generated pictures (-0.34 logits) and nothing from reals. So there is one slope and a bias for each quality in the score, drawn to a common one as strongly as sources that a fit had not seen wanted it (log-loss), and decisions, thresholds and false-positive rates look at the logits alone. The deviation over the crops adds nothing that carries over to another source.',
    '- A source of reals that calibration has not seen can exceed the stated rate (the table of false positives shows by how much). The conformal rule therefore lets the real class fall only when every source excludes it.',
    '- What calibration looks at was decided on the pictures of these tables (and the pooling was taken up after it had been seen on them): the figures are somewhat better than fresh sources would give.',
    '- What tells single pictures apart carries over less than what tells pairs apart. Of last layers fitted on one and the same trunk, the one of singles alone loses the generators that no training saw (recall 0 on the development set), the one of pairs alone loses those of which only singles were seen. C, which shipped then, counts a single as 0.4 of a paired crop and goes half of the way from the old layer; the whole way ranks better on PNG, but a change of formats moves it twice as far.',
    '- JPEG at quality 70 to 98 moves the logits of twins by 0.34 towards real, and those of their reals by 0.00: traces are lost, no dislike of a format was learnt. On the trunk as it is no last layer holds the middle of both still without losing rank (rows of the development set), so the change of accuracy at log-odds 0 remains; a bias of the score by format, with decisions left to the mean logit, would remove it.',
    '- Until commit d35d0c5 these tables were made with 110 pictures a source at most, and about 8 a source for the variants of the lower half; now with the 200 and 36 that are the default. On those more and harder pictures the network that shipped then fell from AUC 0.752, 0.749, 0.687 and recall 24.6 % to 0.734, 0.733, 0.671 and 18.6 %, and its accuracy changed by 7.6 points when formats were swapped: the figures to compare with those above.',
    '- Up to commit dc5cac2 23 thumbnails of less than 96 px among exif-samples counted as photographs, mirrored to 96 px; they are not judged any more and are not in the tables. With the same network the AUC was 0.818 with them and is 0.815 without, after resize and JPEG 0.709 and 0.701. Screenshots and scans were rendered anew from other pages.',
    '- Every row above is of a source that training never saw; whether its generator was seen (Stable Diffusion 1, an OpenAI model) the names tell.',
    '',
    ...(await worstPictures(at('clean'), made('clean'), sources, data)),
  ];
  writeFileSync('docs/detector.md', `${lines.join('\n').trimEnd()}\n`);
}

function bar(
  what: string,
  asked: number,
  measured: number,
  show: (value: number) => string,
): string {
  const gap = measured >= asked ? 'met' : `missed by ${show(asked - measured)}`;
  return row(what, `≥ ${show(asked)}`, show(measured), gap);
}

function mean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

function decided(records: readonly Scored[], decision: Scored['decision']): number {
  return records.filter((record) => record.decision === decision).length / records.length;
}

function swapRows(at: (variant: string) => Scored[]): string[] {
  return [
    ['png', 'jpeg95'],
    ['jpeg95', 'png'],
  ].map(([first, second]) => {
    const real = at(first!).filter(({ label }) => label === 0);
    const synthetic = at(second!).filter(({ label }) => label === 1);
    const odds = (records: readonly Scored[]): number[] => records.map(({ logOdds }) => logOdds);
    const accuracy = (shareAbove(odds(synthetic), 0) + 1 - shareAbove(odds(real), 0)) / 2;
    return row(first!, second!, percent(accuracy), three(auc(ranks(synthetic), ranks(real))));
  });
}

/** The same picture at five scales and codecs. */
function deliveryLines(scored: readonly Scored[], threshold: number): string[] {
  const byPicture = new Map<string, Scored[]>();
  for (const record of scored) {
    if (!DELIVERED.includes(record.variant)) continue;
    const key = `${record.source}/${record.file}`;
    byPicture.set(key, [...(byPicture.get(key) ?? []), record]);
  }
  const whole = [...byPicture.values()].filter((records) => records.length === DELIVERED.length);
  const flips = (records: readonly Scored[], test: (record: Scored) => boolean): boolean =>
    records.some(test) && !records.every(test);
  const share = (label: 0 | 1, test: (records: Scored[]) => boolean): string => {
    const group = whole.filter(([first]) => first!.label === label);
    return percent(group.filter(test).length / group.length);
  };
  const opposite = (records: Scored[]): boolean =>
    records.some(({ decision }) => decision === 'synthetic') &&
    records.some(({ decision }) => decision === 'not-synthetic');
  return [
    `The same picture as ${DELIVERED.join(', ')} (${whole.length} pictures). A flip: not all five on one side.`,
    '',
    '| | reals | generated |',
    '|---|---|---|',
    row(
      'flips at the 1 % threshold',
      ...([0, 1] as const).map((l) =>
        share(l, (r) => flips(r, ({ pooled }) => pooled > threshold)),
      ),
    ),
    row(
      'flips at log-odds 0',
      ...([0, 1] as const).map((l) => share(l, (r) => flips(r, ({ logOdds }) => logOdds > 0))),
    ),
    row(
      'called synthetic once and not-synthetic once',
      ...([0, 1] as const).map((l) => share(l, opposite)),
    ),
  ];
}

function calibrationLines(scored: readonly Scored[]): string[] {
  const points = scored.map(({ logOdds, label }) => ({ p: 1 / (1 + Math.exp(-logOdds)), label }));
  const { bins, ece } = reliability(points);
  writeFileSync('docs/detector/reliability.svg', reliabilitySvg(bins));
  return [
    `Expected calibration error ${three(ece)} over ${points.length} pictures and variants, ten bins, both classes counting alike, before the cap at ln 19.`,
    '',
    '![Reliability: predicted against observed share of synthetic pictures](detector/reliability.svg)',
    '',
    '| predicted | results | mean predicted | observed |',
    '|---|---|---|---|',
    ...bins.map(({ from, count, predicted, observed }) =>
      row(
        `${from.toFixed(1)}–${(from + 0.1).toFixed(1)}`,
        count,
        three(predicted),
        three(observed),
      ),
    ),
  ];
}
