/** One picture marked by a peer, through the same attacks with the same randomness as ours. */
import { apply, attacksFor } from './apply.js';
import { ATTACKS } from './attacks/index.js';
import { seeded } from './hash.js';
import { loadImage } from './images.js';
import { PEERS, startPeer, type PeerName, type PeerProcess } from './peer-process.js';
import { qualityOf } from './quality.js';
import type { PeerResult, PeerRow, PeerTask } from './tasks.js';

/** Kept between pictures: loading torch takes longer than most decodes. */
let running: { readonly name: PeerName; readonly process: PeerProcess } | undefined;

/** The process of `name`; that of another peer is let go, since some hold gigabytes. */
function processOf(name: PeerName, python: string): PeerProcess {
  if (running?.name !== name) {
    running?.process.close();
    running = { name, process: startPeer(python, name) };
  }
  return running.process;
}

export async function measurePeer(task: PeerTask): Promise<PeerResult> {
  const { image, others, peer, python } = task;
  const process = processOf(peer, python);
  const original = await loadImage(image);
  const bits = peerBits(image.id, peer);
  const { pixels: marked } = await process.encode(original, bits);
  const rows: Record<string, PeerRow> = {};
  for (const attack of attacksFor(image, ATTACKS, false)) {
    const after = await apply(attack, marked, { image, original, others });
    const { bits: got = [] } = await process.decode(after, bits.length);
    const right = bits.filter((bit, i) => bit === got[i]).length;
    rows[attack.name] = { read: right === bits.length, bits: right / bits.length };
  }
  return { id: image.id, ...qualityOf(original, marked), rows };
}

function peerBits(id: string, peer: PeerName): number[] {
  const random = seeded(id, 'payload');
  const { bits } = PEERS.find(({ name }) => name === peer)!;
  return Array.from({ length: bits }, () => random.nextUint32() >>> 31);
}
