/** One job's work on an engine: the same in this process and in a worker elsewhere. */
import type { MarkedImage } from '../provenance/index.js';
import type { Engine, TaskControl } from './engine.js';
import type { JobOutcome, JobWork } from './jobs.js';

export async function runJob(
  engine: Engine,
  work: JobWork,
  control: TaskControl,
): Promise<JobOutcome> {
  switch (work.kind) {
    case 'verify': {
      const { report, heatmap } = await engine.verify(work, control);
      const images = heatmap === null ? [] : [{ mime: 'image/png', bytes: heatmap }];
      return { result: report, images };
    }
    case 'mark': {
      const marked = await engine.mark(work.bytes, work.settings, control);
      return { result: [markedFacts(marked)], images: [imageOf(marked)] };
    }
    case 'generate': {
      const made = await engine.generate(work.prompt, work.settings, control);
      const result = made.map((image) => ({
        ...markedFacts(image),
        seed: image.seed,
        settings: image.settings,
        model: image.model,
      }));
      return { result, images: made.map(imageOf) };
    }
  }
}

/** What is told about a marked image beside its bytes. */
export function markedFacts(marked: MarkedImage) {
  const { manifestId, mime, width, height, watermark, warnings, bytes } = marked;
  return { manifestId, mime, width, height, bytes: bytes.length, watermark, warnings };
}

const imageOf = ({ mime, bytes }: MarkedImage) => ({ mime, bytes });
