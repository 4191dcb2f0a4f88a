/** Memory of a long batch in words. */
import type { BatchMemory } from '../../test/support/batch-memory.js';
import { growth } from '../../test/support/batch-memory.js';
import { markdownTable } from '../watermark/markdown.js';

export function memoryText({ answers, samples }: BatchMemory): string {
  const kinds = ['heap', 'external', 'resident'] as const;
  const mib = (kib: number): string => (kib / 1024).toFixed(1);
  const rate = (kind: 'heap' | 'resident'): string => growth(samples, kind).toFixed(2);
  const shown = samples.filter((_, i) => i % Math.ceil(samples.length / 8) === 0);
  return [
    `\`verify --ndjson --search fast --jobs 1\` over ${answers} small files (three of eight signed, one of eight broken), behind a full collection: objects in use, buffers (with those of the picture under way) and WebAssembly memory, and resident set, MiB. The last line is the growth by least squares over all ${samples.length} samples but the first fifth, in which caches fill. A slow test (\`npm run test:slow -- batch-memory\`) holds both to bounds; with the leak that was mended put back (20 KB of every signed file), objects grew by 9.7 KiB a file over 320 files.`,
    markdownTable(
      ['files', 'objects', 'buffers', 'resident'],
      [
        ...shown.map((sample) => [String(sample.files), ...kinds.map((kind) => mib(sample[kind]))]),
        ['growth, KiB a file', rate('heap'), '-', rate('resident')],
      ],
    ),
  ].join('\n\n');
}
