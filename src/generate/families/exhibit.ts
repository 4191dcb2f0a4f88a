/** One picture that shows what is special to a family: many draws side by side. */
import type { StepHook } from '../pipelines/diffuse.js';
import type { Drawn, DrawRequest, FamilyModel } from './family.js';
import { tile } from './tile.js';

/** What one cell is drawn with. */
export type Cell = Omit<DrawRequest, 'onStep'>;

/** The cells in rows, counted from the seed of the whole. */
export type Exhibit = (seed: number) => readonly (readonly Cell[])[];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Rows are coarse styles, columns fine ones; the first row and column are the pictures that they come from. */
export const styleTable: Exhibit = (seed) => {
  const fine = range(5).map((i) => seed + 100 + i);
  const coarse = range(4).map((i) => seed + i);
  const layer = 3;
  return [
    [{ seed, truncation: 0 }, ...fine.map((other) => ({ seed: other }))],
    ...coarse.map((own) => [
      { seed: own },
      ...fine.map((other) => ({ seed: own, mix: { seed: other, layer } })),
    ]),
  ];
};

/** Each row goes from one sample to another. */
export const walks: Exhibit = (seed) =>
  range(4).map((row) =>
    range(8).map((step) => ({
      seed: seed + 2 * row,
      toward: { seed: seed + 2 * row + 1, share: step / 7 },
    })),
  );

/** The same noise in every row, quieter to louder. */
export const temperatures: Exhibit = (seed) =>
  [0, 0.4, 0.7, 1].map((temperature) =>
    range(8).map((column) => ({ seed: seed + column, temperature })),
  );

/** How one picture came about. */
export const trace: Exhibit = (seed) => [[{ seed, trace: true }]];

export async function drawExhibit(
  { draw }: FamilyModel,
  exhibit: Exhibit,
  seed: number,
  onStep: StepHook,
): Promise<Drawn> {
  const cells = exhibit(seed);
  const count = cells.reduce((sum, row) => sum + row.length, 0);
  const rows: Drawn[][] = [];
  let done = 0;
  onStep('decode', 0, count);
  for (const row of cells) {
    const drawn: Drawn[] = [];
    for (const cell of row) {
      drawn.push(await draw({ ...cell, onStep: () => onStep('decode', done, count) }));
      onStep('decode', ++done, count);
    }
    rows.push(drawn);
  }
  const { steps, scheduler } = rows[0]![0]!;
  const image = tile(rows.map((row) => row.map((drawn) => drawn.image)));
  return { image, settings: { exhibit: true }, steps, scheduler };
}
