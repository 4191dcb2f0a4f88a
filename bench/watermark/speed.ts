/** Processor time and memory of marking and reading, ours and the peers', a process for each figure. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchImage } from './images.js';
import { PEERS, startPeer, type PeerName } from './peer-process.js';
import { squareOf } from './square.js';

export const SIDES = [512, 1024, 2048, 4096] as const;
/** Beyond these a peer takes minutes or more memory than a desktop has. */
const PEER_MAX_SIDE: Readonly<Record<PeerName, number>> = {
  dwtDct: 4096,
  dwtDctSvd: 4096,
  'blind-watermark': 2048,
  rivaGan: 1024,
};
const PEER_ROUNDS = 2;
const WORKER = fileURLToPath(new URL('speed-worker.ts', import.meta.url));

/** Milliseconds of processor time (best of some rounds) and bytes. */
export interface SpeedRow {
  readonly method: string;
  readonly side: number;
  readonly encode: number;
  /** Of a marked, untouched picture: nothing has to be searched for. */
  readonly decode: number;
  /** Of a picture without a mark: everything has been searched. Ours only. */
  readonly search: number | null;
  /** Peak memory of the process, its runtime and libraries included. */
  readonly peakBytes: number;
}

export async function measureSpeed(image: BenchImage, python: string | null): Promise<SpeedRow[]> {
  const rows: SpeedRow[] = [];
  for (const side of SIDES) rows.push(await ours(image, side));
  if (python === null) return rows;
  for (const { name, bits } of PEERS) {
    for (const side of SIDES.filter((s) => s <= PEER_MAX_SIDE[name])) {
      rows.push(await peer(image, side, python, name, bits));
    }
  }
  return rows;
}

function ours(image: BenchImage, side: number): Promise<SpeedRow> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, { execArgv: ['--import', 'tsx'], stdio: 'inherit' });
    child.on('message', (row: SpeedRow) => resolve(row));
    child.on('exit', (code) => reject(new Error(`the timing process ended (${code})`)));
    child.send({ image, side });
  });
}

async function peer(
  image: BenchImage,
  side: number,
  python: string,
  method: PeerName,
  bits: number,
): Promise<SpeedRow> {
  const pixels = await squareOf(image, side);
  const payload = Array.from({ length: bits }, (_, i) => ((i * 5 + 1) % 3) & 1);
  const process = startPeer(python, method);
  let [encode, decode, peakBytes] = [Infinity, Infinity, 0];
  for (let round = 0; round < PEER_ROUNDS; round++) {
    const marked = await process.encode(pixels, payload);
    const read = await process.decode(marked.pixels, bits);
    encode = Math.min(encode, marked.ms);
    decode = Math.min(decode, read.ms);
    peakBytes = read.rss;
  }
  process.close();
  return { method, side, encode, decode, search: null, peakBytes };
}
