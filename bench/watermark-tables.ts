/** Results of the watermark bench as Markdown. */
export interface SetResult {
  readonly set: string;
  readonly images: number;
  readonly refused: number;
  /** Detections with another payload than the one embedded. */
  readonly wrong: number;
  readonly wrongKeyHits: number;
  readonly recovered: Readonly<Record<string, number>>;
  readonly quality: readonly { psnr: number; ssim: number; margin: number }[];
  readonly lost: readonly string[];
}
export interface SpeedRow {
  readonly side: number;
  readonly embed: number;
  readonly read: number;
  readonly none: number;
}
export interface BenchResult {
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
  readonly seed: number;
  readonly attacks: readonly string[];
  readonly sets: readonly SetResult[];
  readonly unmarked: { decodes: number; detected: number; largest: number };
  readonly speed: readonly SpeedRow[];
  readonly images: readonly string[];
}

export function renderTables(result: BenchResult): string {
  const { sets, attacks, unmarked, speed } = result;
  const decodes = sets.reduce((sum, s) => sum + s.images * attacks.length, 0);
  const wrongKey = sets.reduce((sum, s) => sum + s.wrongKeyHits, 0);
  const wrong = sets.reduce((sum, s) => sum + s.wrong, 0);
  return [
    `Measured on ${result.machine}, Node ${result.node}, commit ${result.commit}, seed ${result.seed}.`,
    '',
    'Exact 64-bit payload read at a false-positive bound of 1e-9:',
    '',
    table(
      ['attack', ...sets.map((s) => `${s.set} (${s.images})`)],
      attacks.map((name) => [name, ...sets.map((s) => share(s.recovered[name] ?? 0, s.images))]),
    ),
    '',
    'Quality of the marked pictures (the floors are 42 dB and 0.98):',
    '',
    table(
      ['set', 'PSNR mean', 'least', 'SSIM mean', 'least', 'margin mean', 'least', 'refused'],
      sets.map((s) => {
        const held = s.quality.filter(({ psnr }) => Number.isFinite(psnr));
        const of = (key: 'psnr' | 'ssim' | 'margin', digits: number): string[] => {
          const list = held.map((q) => q[key]);
          const mean = list.reduce((a, b) => a + b, 0) / list.length;
          return [mean.toFixed(digits), Math.min(...list).toFixed(digits)];
        };
        return [s.set, ...of('psnr', 1), ...of('ssim', 4), ...of('margin', 2), String(s.refused)];
      }),
    ),
    '',
    `False detections: ${unmarked.detected} in ${unmarked.decodes} random crops of unmarked pictures (largest ` +
      `statistic ${unmarked.largest.toFixed(1)} among candidates that passed the check bits); ${wrongKey} in ` +
      `${decodes} readings of marked pictures with a wrong key; ${wrong} wrong payloads in ${decodes} readings.`,
    '',
    'CPU time, one thread:',
    '',
    table(
      ['picture', 'embed', 'per megapixel', 'read', 'read, no mark'],
      speed.map(({ side, embed, read, none }) => [
        `${side} x ${side}`,
        `${embed.toFixed(0)} ms`,
        `${(embed / ((side * side) / 1e6)).toFixed(0)} ms`,
        `${read.toFixed(0)} ms`,
        `${none.toFixed(0)} ms`,
      ]),
    ),
    '',
  ].join('\n');
}

function share(count: number, total: number): string {
  return `${((100 * count) / total).toFixed(1)} %`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
