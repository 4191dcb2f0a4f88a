/** A child process of speed.ts: times our embedder and reader at one size, alone in its process. */
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import type { BenchImage } from './images.js';
import type { SpeedRow } from './speed.js';
import { squareOf } from './square.js';

const MIN_ROUNDS = 4;
/** Small pictures take more rounds: the compiler needs about this long to warm up. */
const MIN_SECONDS = 3;
const PAYLOAD = '0123456789abcdef';

/** Least processor time of some rounds. */
function best(run: () => void): number {
  let least = Infinity;
  const end = performance.now() + 1000 * MIN_SECONDS;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

process.on('message', ({ image, side }: { image: BenchImage; side: number }) => {
  void squareOf(image, side).then((pixels) => {
    const marked = embedWatermark(pixels, { payload: PAYLOAD }).pixels;
    const row: SpeedRow = {
      method: 'imprint',
      side,
      encode: best(() => embedWatermark(pixels, { payload: PAYLOAD })),
      decode: best(() => extractWatermark(marked)),
      search: best(() => extractWatermark(pixels)),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
    process.send!(row, () => process.exit(0));
  });
});
process.on('disconnect', () => process.exit(1));
