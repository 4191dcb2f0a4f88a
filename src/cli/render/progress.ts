/** A progress bar on a terminal, nothing when piped. */
import { SingleBar } from 'cli-progress';
import type { GenerateProgress } from '../../provenance/index.js';
import type { CliIo } from '../io.js';

export interface Progress {
  update: (progress: GenerateProgress) => void;
  stop: () => void;
}

const LABEL: Record<GenerateProgress['stage'], string> = {
  load: 'loading models',
  encode: 'reading prompt',
  denoise: 'denoising',
  decode: 'decoding',
  upscale: 'upscaling',
  style: 'putting into style',
};

export function createProgress(io: CliIo): Progress {
  if (!io.interactive) return { update: () => undefined, stop: () => undefined };
  let bar: SingleBar | undefined;
  let current = '';
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update({ stage, step, steps, image, images }) {
      const label = images > 1 ? `${LABEL[stage]} (image ${image + 1} of ${images})` : LABEL[stage];
      if (label !== current) {
        stop();
        current = label;
        bar = new SingleBar({
          format: `${label} [{bar}] {value}/{total}`,
          barsize: 24,
          clearOnComplete: true,
          hideCursor: true,
          stream: process.stderr,
        });
        bar.start(steps, step);
      } else {
        bar?.update(step);
      }
      if (step >= steps) stop();
    },
    stop,
  };
}

export interface Counter {
  tick: () => void;
  stop: () => void;
}

/** How many of `total` things are done. */
export function createCounter(io: CliIo, label: string, total: number): Counter {
  if (!io.interactive || total === 0) return { tick: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${label} [{bar}] {value}/{total} {eta_formatted}`,
    barsize: 24,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { tick: () => bar.increment(), stop: () => bar.stop() };
}
