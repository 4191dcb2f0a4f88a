/**
 * The search among many fingerprints and the recovery of stripped copies. `npm run bench:registry -- [--phase
 * search|recovery] [--stored 1000000] [--photos FOLDER] [--limit 500] [--minutes 60] [--side 512]` writes
 * bench/results/registry.json and the tables of docs/registry.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { RecoveryRow } from './recovery.js';
import { measureRecovery } from './recovery.js';
import type { SearchRow } from './search.js';
import { measureSearch } from './search.js';

interface Run {
  commit: string;
  machine: string;
}
export interface RegistryBench {
  search?: Run & { rows: SearchRow[] };
  recovery?: Run & { pictures: number; skipped: number; side: number; rows: RecoveryRow[] };
}

const RESULTS = 'bench/results/registry.json';
const PAGE = 'docs/registry.md';
const BEGIN = '<!-- bench:registry -->';
const END = '<!-- /bench:registry -->';

const { values } = parseArgs({
  options: {
    phase: { type: 'string' },
    stored: { type: 'string', default: '1000000' },
    photos: { type: 'string', default: '../shared/assets/photos' },
    limit: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '60' },
    side: { type: 'string', default: '512' },
  },
});

function thisRun(): Run {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`;
  return { commit, machine };
}

const bench: RegistryBench = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as RegistryBench)
  : {};
const wants = (phase: string): boolean => values.phase === undefined || values.phase === phase;
if (wants('search'))
  bench.search = { ...thisRun(), rows: await measureSearch(Number(values.stored)) };
if (wants('recovery')) {
  const { photos: folder } = values;
  const [limit, minutes, side] = [values.limit, values.minutes, values.side].map(Number);
  bench.recovery = {
    ...thisRun(),
    ...(await measureRecovery({ folder, limit: limit!, minutes: minutes!, side: side! })),
  };
}
writeFileSync(RESULTS, `${JSON.stringify(bench, null, 2)}\n`);
const page = readFileSync(PAGE, 'utf8');
const [before, after] = [page.split(BEGIN)[0]!, page.split(END)[1]!];
writeFileSync(PAGE, `${before}${BEGIN}\n\n${tables(bench)}\n${END}${after}`);
execFileSync('npx', ['prettier', '--write', PAGE, RESULTS], { stdio: 'ignore' });

function tables({ search, recovery }: RegistryBench): string {
  const lines: string[] = [];
  if (search !== undefined) {
    const ms = (value: number): string => value.toFixed(1);
    lines.push(
      `Search: ${search.machine}, commit ${search.commit}; milliseconds of the clock, whole calls, while other work ran on the machine (load is its one-minute average).`,
      '',
      '| database | stored | asked for | queries | p50 | p95 | max | missed | load |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...search.rows.map(
        (row) =>
          `| ${row.database} | ${row.stored} | ${row.asked} | ${row.queries} | ${ms(row.p50)} | ${ms(row.p95)} | ${ms(row.max)} | ${row.missed} | ${ms(row.load)} |`,
      ),
      '',
    );
  }
  if (recovery !== undefined) {
    lines.push(
      `Recovery: ${recovery.pictures} pictures (photographs and their quarters), at most ${recovery.side} pixels a side (${recovery.skipped} more could not hold the mark), all in one registry; ${recovery.machine}, commit ${recovery.commit}.`,
      '',
      '| metadata stripped, and | copies | by watermark | by fingerprint | wrong | nothing | farthest fingerprint |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...recovery.rows.map(
        (row) =>
          `| ${row.change} | ${row.copies} | ${row.byWatermark} | ${row.byFingerprint} | ${row.wrong} | ${row.nothing} | ${row.farthest ?? '-'} |`,
      ),
      '',
    );
  }
  return lines.join('\n');
}
