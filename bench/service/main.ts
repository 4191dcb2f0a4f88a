/**
 * `imprint serve` under load, over time and under attack. `npm run bench:service -- [--phase load|soak|abuse]
 * [--seconds 30] [--sizes 0.3,1,12] [--clients 1,8,64] [--workers 1,2] [--minutes 10] [--small 100000]` writes
 * bench/results/service.json, docs/service-load.md and docs/service-abuse.md. Needs `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { aboutThisRun } from '../c2pa/machine.js';
import type { Abuse } from './abuse.js';
import { abuseText, measureAbuse } from './abuse.js';
import type { LoadRow } from './load.js';
import { loadTable, measureLoad } from './load.js';
import type { Soak } from './soak.js';
import { measureSoak, soakText } from './soak.js';

interface Bench {
  load?: { about: string; seconds: number; rows: LoadRow[] };
  soak?: { about: string; soak: Soak };
  abuse?: { about: string; abuse: Abuse };
}

const RESULTS = 'bench/results/service.json';
const LOAD_PAGE = 'docs/service-load.md';
const ABUSE_PAGE = 'docs/service-abuse.md';

const { values } = parseArgs({
  options: {
    phase: { type: 'string' },
    seconds: { type: 'string', default: '30' },
    sizes: { type: 'string', default: '0.3,1,12' },
    clients: { type: 'string', default: '1,8,64' },
    workers: { type: 'string', default: '1,2' },
    minutes: { type: 'string', default: '10' },
    small: { type: 'string', default: '100000' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const wants = (phase: string): boolean => values.phase === undefined || values.phase === phase;

const bench: Bench = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Bench)
  : {};
const about = aboutThisRun('piscina');
if (wants('load')) {
  const seconds = Number(values.seconds);
  const plan = {
    seconds,
    sizes: numbers(values.sizes),
    clients: numbers(values.clients),
    workers: numbers(values.workers),
  };
  bench.load = { about, seconds, rows: await measureLoad(plan) };
}
if (wants('soak')) bench.soak = { about, soak: await measureSoak(Number(values.minutes)) };
if (wants('abuse')) bench.abuse = { about, abuse: await measureAbuse(Number(values.small)) };
writeFileSync(RESULTS, `${JSON.stringify(bench, null, 2)}\n`);

const SHARED =
  'Clients, server and other work shared the machine: the column `load` is its one-minute load average, and clock times say more about that than about the server. Answers for each second of processor time do not suffer from it.';
const parts: string[] = ['# The service under load'];
if (bench.load !== undefined) {
  parts.push(
    `${bench.load.about} \`/v1/verify\` of JPEG, ${bench.load.seconds} s for each row, a key for each client, no answer from memory. Places are those of the default: threads and 16 that wait; the rest is refused with 503 and asks again after a second. Lag is that of the event loop of the server.`,
    SHARED,
    loadTable(bench.load.rows),
  );
}
if (bench.soak !== undefined)
  parts.push(
    `## ${bench.soak.soak.minutes} minutes on end`,
    bench.soak.about,
    soakText(bench.soak.soak),
  );
writeFileSync(LOAD_PAGE, `${parts.join('\n\n')}\n`);
const pages = [LOAD_PAGE, RESULTS];
if (bench.abuse !== undefined) {
  const { about: measured, abuse } = bench.abuse;
  writeFileSync(ABUSE_PAGE, `# What hostile clients get\n\n${measured}\n\n${abuseText(abuse)}\n`);
  pages.push(ABUSE_PAGE);
}
execFileSync('npx', ['prettier', '--write', ...pages], { stdio: 'ignore' });
