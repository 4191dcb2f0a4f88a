/** From pictures and options to the tasks of each phase, with the place of every result. */
import { resultPath } from './cache.js';
import { MIN_SIDE, type BenchImage } from './images.js';
import { ATTACK_STRIDE } from './measure-false.js';
import { ATTACKS } from './attacks/index.js';
import type { BenchOptions } from './options.js';
import { PEERS } from './peer-process.js';
import type { FalseTask, MarkedTask, PeerTask } from './tasks.js';

/** One picture in this many also meets the rows of published suites and the auto-encoder. */
const EVERY_ATTACK_STRIDE = 4;
const COLLAGE_OTHERS = 3;

/** Each picture with its place in its set and the next ones of the set. */
function withOthers(
  images: readonly BenchImage[],
): { image: BenchImage; others: BenchImage[]; index: number }[] {
  return images.map((image) => {
    const set = images.filter((other) => other.set === image.set);
    const index = set.indexOf(image);
    const others = Array.from(
      { length: COLLAGE_OTHERS },
      (_, i) => set[(index + 1 + i) % set.length]!,
    );
    return { image, others, index };
  });
}

export function markedTasks(
  images: readonly BenchImage[],
  { work }: BenchOptions,
  version: string,
): MarkedTask[] {
  return withOthers(images).map(({ image, others, index }) => {
    const everyAttack = index % EVERY_ATTACK_STRIDE === 0;
    const what = everyAttack ? 'marked-all' : 'marked';
    return {
      kind: 'marked',
      image,
      others,
      everyAttack,
      path: resultPath(work, what, version, key(image, others)),
    };
  });
}

export function falseTasks(
  images: readonly BenchImage[],
  { work, falseAccepts }: BenchOptions,
  version: string,
): FalseTask[] {
  const subjects = images.filter(({ set }) => set !== 'large originals');
  const attacks = ATTACKS.filter(
    ({ group, largeOnly }) => group !== 'regeneration' && largeOnly !== true,
  );
  const least = subjects.length * Math.floor(attacks.length / ATTACK_STRIDE);
  const keys = Math.ceil(falseAccepts / Math.max(1, least));
  if (keys === 0) return [];
  return withOthers(subjects).map(({ image, others, index }) => ({
    kind: 'false',
    image,
    others,
    keys,
    index,
    path: resultPath(work, 'false', version, `${keys} ${index} ${key(image, others)}`),
  }));
}

export function peerTasks(
  images: readonly BenchImage[],
  { work, peerLimit, slowPeerLimit }: BenchOptions,
  version: string,
  python: string,
): PeerTask[] {
  const subjects = withOthers(images.filter(({ set }) => set !== 'large originals'));
  return PEERS.flatMap(({ name: peer, slow }) =>
    subjects
      .filter(({ index }) => index < (slow ? slowPeerLimit : peerLimit))
      .map(({ image, others }) => ({
        kind: 'peer' as const,
        image,
        others,
        peer,
        python,
        path: resultPath(work, `peer-${peer}`, version, key(image, others)),
      })),
  );
}

function key(image: BenchImage, others: readonly BenchImage[]): string {
  return [MIN_SIDE, image.id, ...others.map(({ id }) => id)].join('\n');
}
