/**
 * Recovery, quality, false accepts and speed of the watermark, and the same of open peers.
 * `npm run bench:watermark -- --help` lists the options. Writes bench/results/watermark.json, the tables
 * between the bench marks of docs/watermark.md, and the pictures of docs/watermark/.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundledImages } from './bundled.js';
import { readResult, writeResult } from './cache.js';
import { versionOf, type Version } from './hash.js';
import { chooseImages, SETS, type BenchImage } from './images.js';
import { nullPlot } from './null-plot.js';
import { HELP, parseOptions, type BenchOptions } from './options.js';
import { ensurePeerPython } from './peer-venv.js';
import { PEERS } from './peer-process.js';
import { sideBySide } from './pictures.js';
import { falseTasks, markedTasks, peerTasks } from './plan.js';
import { runTasks } from './pool.js';
import { measureSpeed, type SpeedRow } from './speed.js';
import { summariseFalse, summarisePeer, summariseSet, type BenchResult } from './summary.js';
import { renderTables } from './tables.js';
import type { FalseResult, MarkedResult, PeerResult, Task } from './tasks.js';

/** A change of any of these files measures anew. */
function measuredBy(...more: readonly string[]): Version {
  const common = ['attacks', 'apply.ts', 'images.ts', 'raster.ts', 'warp.ts', 'quality.ts'];
  return versionOf([...common.map((name) => `bench/watermark/${name}`), ...more]);
}

async function pictures(options: BenchOptions): Promise<BenchImage[]> {
  const { photos, generated, large, limit, bundled, work } = options;
  return [
    ...(await chooseImages('photographs', photos, limit)),
    ...(await chooseImages('other generators', generated, limit)),
    ...(bundled === 0 ? [] : await bundledImages(bundled, work)),
    ...(await chooseImages('large originals', large, limit)),
  ];
}

async function run(
  phase: string,
  tasks: readonly Task[],
  jobs: number,
  version: Version,
): Promise<void> {
  const open = tasks.filter(({ path }) => !existsSync(path));
  console.error(`${phase}: ${tasks.length} pictures, ${tasks.length - open.length} from the cache`);
  const started = Date.now();
  await runTasks(open, jobs, version, (done, { image }) => {
    const minutes = (Date.now() - started) / 60_000;
    const left = (minutes / done) * (open.length - done);
    console.error(`  ${done}/${open.length}, ${left.toFixed(0)} min left: ${image.id}`);
  });
}

function stored<T>(tasks: readonly Task[]): T[] {
  return tasks.flatMap(({ path }) => readResult<T>(path) ?? []);
}

async function bench(options: BenchOptions): Promise<void> {
  // Taken first: the sources may change while this runs.
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const version = measuredBy('src/watermark', 'bench/watermark/measure-marked.ts');
  const falseVersion = measuredBy(
    'src/watermark',
    'bench/watermark/measure-false.ts',
    'bench/watermark/null-samples.ts',
  );
  const peerVersion = measuredBy('bench/peers', 'bench/watermark/measure-peer.ts');
  const { phases, jobs, work, out, venv, withPeers } = options;
  const images = await pictures(options);
  const python = withPeers ? ensurePeerPython(venv) : '';

  const marked = markedTasks(images, options, version.hash);
  const unmarked = falseTasks(images, options, falseVersion.hash);
  const peers = peerTasks(images, options, peerVersion.hash, python);
  const speedPath = join(work, 'speed', version.hash, 'speed.json');
  if (phases.has('marked')) await run('marked', marked, jobs, version);
  if (phases.has('peers')) await run('peers', peers, jobs, peerVersion);
  if (phases.has('speed')) await timeAll(images, python || null, speedPath);
  if (phases.has('false')) await run('false accepts', unmarked, jobs, falseVersion);
  const figures = join(out, 'docs', 'watermark');
  mkdirSync(figures, { recursive: true });
  if (phases.has('pictures')) await draw(options, images, figures);
  if (!phases.has('tables')) return;

  const byId = new Map(stored<MarkedResult>(marked).map((result) => [result.id, result]));
  const ours = [...byId.values()];
  const result: BenchResult = {
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    node: process.version,
    commit,
    version: version.hash,
    sources: {
      photographs: options.photos.map(({ label }) => label),
      'other generators': options.generated.map(({ label }) => label),
      'bundled model': ['imprint-tiny-ldm, prompts of docs/generator/contact-sheet.md'],
      'large originals': options.large.map(({ label }) => label),
    },
    note: options.note,
    sets: SETS.flatMap((set) => {
      const own = images.flatMap(({ id, set: of }) => (of === set ? (byId.get(id) ?? []) : []));
      return own.length === 0 ? [] : [summariseSet(set, own)];
    }),
    lost: ours.flatMap(({ id, rows }) =>
      Object.entries(rows).flatMap(([name, row]) => (row.read ? [] : [`${id}: ${name}`])),
    ),
    falseAccepts: summariseFalse(stored<FalseResult>(unmarked)),
    peers: PEERS.flatMap(({ name }) => {
      const results = stored<PeerResult>(peers.filter(({ peer }) => peer === name));
      return results.length === 0 ? [] : [summarisePeer(name, results, ours)];
    }),
    speed: readResult<SpeedRow[]>(speedPath) ?? [],
  };
  publish(result, options, figures);
}

async function timeAll(
  images: readonly BenchImage[],
  python: string | null,
  path: string,
): Promise<void> {
  console.error('speed and memory');
  const image = images.find(({ set }) => set === 'large originals') ?? images[0];
  if (!image) throw new Error('no picture to measure the speed with');
  writeResult(path, await measureSpeed(image, python));
}

async function draw(
  { picture }: BenchOptions,
  images: readonly BenchImage[],
  figures: string,
): Promise<void> {
  const photograph: BenchImage = {
    id: picture.label,
    set: 'photographs',
    file: picture.folder,
    maxSide: 1024,
  };
  writeFileSync(join(figures, 'photograph.jpg'), await sideBySide(photograph));
  const drawn = images.find(({ set }) => set === 'bundled model');
  if (drawn) writeFileSync(join(figures, 'bundled.jpg'), await sideBySide(drawn));
}

function publish(result: BenchResult, { out, picture }: BenchOptions, figures: string): void {
  const results = join(out, 'bench', 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'watermark.json'), `${JSON.stringify(result, null, 1)}\n`);
  if (result.falseAccepts) {
    writeFileSync(join(figures, 'null.svg'), nullPlot(result.falseAccepts.histogram));
  }
  const page = join(out, 'docs', 'watermark.md');
  const text = readFileSync(page, 'utf8');
  const [start, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];
  if (!text.includes(start) || !text.includes(end)) throw new Error(`${page} has no bench marks`);
  const head = text.slice(0, text.indexOf(start) + start.length);
  const shown = [
    ['photograph.jpg', `a photograph (${picture.label})`],
    ['bundled.jpg', 'a picture of the bundled model'],
  ].filter(([name]) => existsSync(join(figures, name!)));
  const pictureLines = shown.map(
    ([name, what]) =>
      `![original, marked, eight times the difference](watermark/${name})\n` +
      `Original, marked, and eight times the difference about grey, at 100 %: ${what}.`,
  );
  const body = [renderTables(result), ...pictureLines].join('\n\n');
  writeFileSync(page, `${head}\n\n${body}\n\n${text.slice(text.indexOf(end))}`);
  console.log(body);
}

const options = parseOptions(process.argv.slice(2));
if (options === null) console.log(HELP);
else await bench(options);
