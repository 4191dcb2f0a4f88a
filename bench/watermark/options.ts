/** The command line of the bench. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSource, type Source } from './images.js';

export const PHASES = ['marked', 'false', 'peers', 'speed', 'pictures', 'tables'] as const;
export type Phase = (typeof PHASES)[number];

export interface BenchOptions {
  readonly photos: readonly Source[];
  readonly generated: readonly Source[];
  readonly large: readonly Source[];
  /** The photograph of the side-by-side picture, and its credit. */
  readonly picture: Source;
  /** Printed below the list of pictures. */
  readonly note: string;
  readonly limit: number;
  readonly bundled: number;
  readonly peerLimit: number;
  readonly slowPeerLimit: number;
  readonly falseAccepts: number;
  readonly jobs: number;
  /** Needed by the phase `peers`, and by `speed` to time them. */
  readonly withPeers: boolean;
  readonly phases: ReadonlySet<Phase>;
  readonly work: string;
  readonly venv: string;
  /** Folder with bench/results and docs/watermark.md to write to. */
  readonly out: string;
}

const ASSETS = '../shared/assets';
const CACHE = join(homedir(), '.cache', 'imprint-bench');

export const HELP = `npm run bench:watermark -- [options]
  --photos <folder=credit>     photographs; may be given again
  --generated <folder=credit>  pictures of other generators; may be given again
  --large <folder=credit>      where originals of 2,400 px or more are looked for; may be given again
  --picture <file=credit>      photograph of the side-by-side picture
  --note <text>                a sentence below the list of pictures
  --limit <n>                  pictures per set (100)
  --bundled <n>                pictures of the bundled model (32)
  --peers                      run and time the peers too; makes a Python environment
  --peer-limit <n>             pictures per set for them (10); --slow-peer-limit <n> for rivaGan (2)
  --false-accepts <n>          decodes of unmarked pictures, and as many under wrong keys (100000)
  --jobs <n>                   child processes (2)
  --phases <a,b>               some of ${PHASES.join(', ')}; the tables take what earlier runs left
  --work <folder>              cache of results (${CACHE})
  --venv <folder>              Python environment of the peers (below the cache)
  --out <folder>               instead of the repository`;

export function parseOptions(args: readonly string[]): BenchOptions | null {
  const list = { type: 'string', multiple: true } as const;
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      photos: { ...list, default: [`${ASSETS}/photos/dreambooth=google/dreambooth (CC BY 4.0)`] },
      generated: {
        ...list,
        default: [
          `${ASSETS}/generated/gpt-4o=jamez-bondos/awesome-gpt4o-images (CC BY 4.0)`,
          `${ASSETS}/generated/stylegan3=robilovric/DeepFakeGen, StyleGAN3 (MIT)`,
          `${ASSETS}/generated/stable-diffusion=robilovric/DeepFakeGen, Stable Diffusion (MIT)`,
        ],
      },
      large: {
        ...list,
        default: [`${ASSETS}/photos/wallpapers=elementary/wallpapers (free licences per image)`],
      },
      picture: text(
        `${ASSETS}/photos/dreambooth/dog_01.jpg=by @alvannee, in google/dreambooth (CC BY 4.0)`,
      ),
      note: text(''),
      limit: text('100'),
      bundled: text('32'),
      peers: { type: 'boolean', default: false },
      'peer-limit': text('10'),
      'slow-peer-limit': text('2'),
      'false-accepts': text('100000'),
      jobs: text('2'),
      phases: text(''),
      work: text(CACHE),
      venv: text(''),
      out: text('.'),
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const phases = values.phases === '' ? defaultPhases(values.peers) : values.phases.split(',');
  return {
    photos: values.photos.map(parseSource),
    generated: values.generated.map(parseSource),
    large: values.large.map(parseSource),
    picture: parseSource(values.picture),
    note: values.note,
    limit: count('limit', values.limit),
    bundled: count('bundled', values.bundled),
    peerLimit: count('peer-limit', values['peer-limit']),
    slowPeerLimit: count('slow-peer-limit', values['slow-peer-limit']),
    falseAccepts: count('false-accepts', values['false-accepts']),
    jobs: Math.max(1, count('jobs', values.jobs)),
    withPeers: values.peers || phases.includes('peers'),
    phases: new Set(phases.map(asPhase)),
    work: values.work,
    venv: values.venv || join(values.work, 'venv'),
    out: values.out,
  };
}

function defaultPhases(peers: boolean): readonly string[] {
  return PHASES.filter((phase) => peers || phase !== 'peers');
}

function asPhase(text: string): Phase {
  const phase = PHASES.find((name) => name === text);
  if (!phase) throw new RangeError(`"phases" expected some of ${PHASES.join(', ')}, got "${text}"`);
  return phase;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new RangeError(`"${name}" expected whole number from 0 on, got "${text}"`);
  }
  return value;
}
