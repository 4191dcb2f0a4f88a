/** A sample of the fuzz run in test/slow/credentials-fuzz.slow.ts, over every committed fixture. */
import { describe, expect, it } from 'vitest';
import { judge } from './fuzz-judge.js';
import { mutate, MUTATORS } from './fuzz-mutate.js';
import { loadSeeds } from './fuzz-seeds.js';

const CASES = 60;
const COMMITTED = [
  ...['generated.png', 'marked.jpg', 'altered.png', 'signed.webp', 'signed.avif', 'signed.tiff'],
  ...['signed.gif', 'signed.jxl', 'signed.svg', 'pillow-text.png'],
];
const seeds = await loadSeeds(COMMITTED);

it('starts from files of every format', () => {
  expect(seeds.map(({ name }) => name).sort()).toEqual([...COMMITTED].sort());
  const intact = seeds.filter(({ reading }) => reading.report.integrity === 'intact');
  expect(intact).toHaveLength(8);
});

it('the same number gives the same file, and every way to damage it comes up', () => {
  const seed = seeds[0]!;
  const seen = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const { bytes, how } = mutate(seed, i);
    expect(Buffer.from(mutate(seed, i).bytes).equals(bytes)).toBe(true);
    for (const name of how.split(', then ')) seen.add(name);
  }
  expect([...seen].sort()).toEqual(Object.keys(MUTATORS).sort());
});

describe('damaged files give a report, never intact for what has changed', () => {
  it.each(seeds.map((seed) => [seed.name, seed] as const))(
    `%s, ${CASES} times`,
    async (_name, seed) => {
      for (let number = 0; number < CASES; number++) {
        const { bytes, how } = mutate(seed, number);
        const { outcome, violation } = await judge(seed, bytes);
        expect({ number, how, outcome, violation }).toMatchObject({ violation: null });
      }
    },
  );
});

it('the judge knows a lie when it sees one', async () => {
  const seed = seeds.find(({ name }) => name === 'generated.png')!;
  const other = { ...seed, bytes: new Uint8Array(seed.bytes).fill(0, seed.bytes.length - 20) };
  expect((await judge(other, seed.bytes)).violation).toBe('intact, with other bytes');
  const { report } = seed.reading;
  const claim = { ...report.claim!, generator: 'somebody else' };
  const claimed = { ...seed, reading: { ...seed.reading, report: { ...report, claim } } };
  expect((await judge(claimed, seed.bytes)).violation).toBe('intact, with another claim');
});
