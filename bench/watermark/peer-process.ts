/** Talks to bench/peers/worker.py: one process per peer, one request at a time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createPixels, type Pixels } from '../../src/image/index.js';

/** Name, payload bits as its own code takes them, and whether it is too slow for many pictures. */
export const PEERS = [
  { name: 'dwtDct', bits: 64, slow: false },
  { name: 'dwtDctSvd', bits: 64, slow: false },
  { name: 'blind-watermark', bits: 64, slow: false },
  { name: 'rivaGan', bits: 32, slow: true },
] as const;
export type PeerName = (typeof PEERS)[number]['name'];

const SCRIPT = fileURLToPath(new URL('../peers/worker.py', import.meta.url));

interface ReplyHead {
  /** Processor time. */
  readonly ms: number;
  /** Peak memory of the process so far, bytes. */
  readonly rss: number;
  readonly width?: number;
  readonly height?: number;
  readonly bits?: readonly number[];
  readonly error?: string;
}

export interface PeerProcess {
  /** @throws Error when the peer refuses the picture. */
  encode(image: Pixels, bits: readonly number[]): Promise<{ pixels: Pixels } & ReplyHead>;
  /** `bits` is absent when the peer refuses the picture (too small, for example). */
  decode(image: Pixels, length: number): Promise<ReplyHead>;
  close(): void;
}

export function startPeer(python: string, name: PeerName): PeerProcess {
  const child = spawn(python, [SCRIPT, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const receive = replies(child, name);
  const ask = (head: object, image: Pixels): Promise<{ head: ReplyHead; body: Buffer }> => {
    const text = Buffer.from(JSON.stringify({ ...head, width: image.width, height: image.height }));
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32LE(text.length, 0);
    lengths.writeUInt32LE(image.data.length, 4);
    const { buffer, byteOffset, length } = image.data;
    child.stdin.write(Buffer.concat([lengths, text, Buffer.from(buffer, byteOffset, length)]));
    return receive();
  };
  return {
    async encode(image, bits) {
      const { head, body } = await ask({ op: 'encode', bits }, image);
      if (head.error !== undefined) throw new Error(`${name}: ${head.error}`);
      const samples = new Uint8ClampedArray(body.buffer, body.byteOffset, body.length);
      return { ...head, pixels: createPixels(head.width!, head.height!, 3, samples) };
    },
    async decode(image, length) {
      return (await ask({ op: 'decode', length }, image)).head;
    },
    close: () => child.stdin.end(),
  };
}

/** Cuts the child's output into replies; each call waits for the next one. */
function replies(
  child: ChildProcess,
  name: string,
): () => Promise<{ head: ReplyHead; body: Buffer }> {
  let chunks: Buffer[] = [];
  let size = 0;
  let waiting:
    | {
        resolve: (reply: { head: ReplyHead; body: Buffer }) => void;
        reject: (error: Error) => void;
      }
    | undefined;
  child.stdout!.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < 8) return;
    if (chunks[0]!.length < 8) chunks = [Buffer.concat(chunks)];
    const headSize = chunks[0]!.readUInt32LE(0);
    const total = 8 + headSize + chunks[0]!.readUInt32LE(4);
    if (size < total) return;
    const all = Buffer.concat(chunks);
    chunks = [];
    size = 0;
    const head = JSON.parse(all.toString('utf8', 8, 8 + headSize)) as ReplyHead;
    waiting?.resolve({ head, body: all.subarray(8 + headSize, total) });
  });
  child.on('exit', (code) => waiting?.reject(new Error(`${name}: its process ended (${code})`)));
  return () => new Promise((resolve, reject) => (waiting = { resolve, reject }));
}
