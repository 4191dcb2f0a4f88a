/**
 * Polar code of length 512 with successive-cancellation list decoding (Arikan 2009; Tal & Vardy
 * 2015). Reliability order: polarization weight with beta = 2^(1/4) (He et al. 2017), which needs no
 * channel model. LLR convention: positive means bit 0.
 */
export const CODE_LENGTH = 512;
const STAGES = 9;

export interface PolarCode {
  readonly infoLength: number;
  encode(info: Uint8Array): Uint8Array;
  /** Candidate words, most likely first, at most `listSize`. */
  decode(llr: Float64Array, listSize: number): Uint8Array[];
}

export function createPolarCode(infoLength: number): PolarCode {
  const positions = infoPositions(infoLength);
  const frozen = new Uint8Array(CODE_LENGTH).fill(1);
  for (const position of positions) frozen[position] = 0;

  function encode(info: Uint8Array): Uint8Array {
    const u = new Uint8Array(CODE_LENGTH);
    positions.forEach((position, i) => (u[position] = info[i]!));
    return polarTransform(u);
  }

  function decode(llr: Float64Array, listSize: number): Uint8Array[] {
    return decodeList(llr, listSize, frozen).map((u) =>
      Uint8Array.from(positions, (position) => u[position]!),
    );
  }
  return { infoLength, encode, decode };
}

function infoPositions(infoLength: number): number[] {
  const weights = Array.from({ length: CODE_LENGTH }, (_, i) => {
    let weight = 0;
    for (let j = 0; j < STAGES; j++) if ((i >> j) & 1) weight += Math.pow(2, j / 4);
    return { i, weight };
  });
  weights.sort((a, b) => b.weight - a.weight || b.i - a.i);
  return weights
    .slice(0, infoLength)
    .map((entry) => entry.i)
    .sort((a, b) => a - b);
}

/** x = u F^(x)9 over GF(2), natural order. */
function polarTransform(u: Uint8Array): Uint8Array {
  for (let half = 1; half < CODE_LENGTH; half <<= 1) {
    for (let start = 0; start < CODE_LENGTH; start += half << 1) {
      for (let i = start; i < start + half; i++) u[i] = u[i]! ^ u[i + half]!;
    }
  }
  return u;
}

/**
 * One decoding path. `llr` holds the levels one after another (level s: 2^s values at offset 2^s),
 * `left` the partial sums of finished left children in the same places.
 */
interface Path {
  llr: Float64Array;
  left: Uint8Array;
  bits: Uint8Array;
  metric: number;
}

function decodeList(channel: Float64Array, listSize: number, frozen: Uint8Array): Uint8Array[] {
  const newPath = (): Path => ({
    llr: new Float64Array(2 * CODE_LENGTH),
    left: new Uint8Array(2 * CODE_LENGTH),
    bits: new Uint8Array(CODE_LENGTH),
    metric: 0,
  });
  const first = newPath();
  first.llr.set(channel, CODE_LENGTH);
  let paths: Path[] = [first];
  const pool: Path[] = [];
  const sums = new Uint8Array(CODE_LENGTH);

  for (let i = 0; i < CODE_LENGTH; i++) {
    for (const path of paths) descend(path, i);
    if (frozen[i]) {
      for (const path of paths) {
        const value = path.llr[1]!;
        if (value < 0) path.metric -= value;
        path.bits[i] = 0;
      }
    } else {
      paths = fork(paths, i, listSize, pool, newPath);
    }
    for (const path of paths) ascend(path, i, sums);
  }
  return paths.sort((a, b) => a.metric - b.metric).map((path) => path.bits);
}

/** Compute the LLR of bit `i` from the highest level that changed. */
function descend(path: Path, i: number): void {
  const { llr, left } = path;
  const top = i === 0 ? STAGES - 1 : trailingZeros(i);
  for (let s = top; s >= 0; s--) {
    const n = 1 << s;
    const above = n << 1;
    if (s === top && i !== 0) {
      for (let j = 0; j < n; j++) {
        const a = llr[above + j]!;
        llr[n + j] = llr[above + n + j]! + (left[n + j] ? -a : a);
      }
    } else {
      for (let j = 0; j < n; j++) {
        const a = llr[above + j]!;
        const b = llr[above + n + j]!;
        const m = Math.min(Math.abs(a), Math.abs(b));
        llr[n + j] = a < 0 === b < 0 ? m : -m;
      }
    }
  }
}

/** Combine partial sums upwards after bit `i` was decided. */
function ascend(path: Path, i: number, sums: Uint8Array): void {
  const { left } = path;
  sums[0] = path.bits[i]!;
  let s = 0;
  while (s < STAGES && (i >> s) & 1) {
    const n = 1 << s;
    for (let j = 0; j < n; j++) {
      sums[n + j] = sums[j]!;
      sums[j] = sums[j]! ^ left[n + j]!;
    }
    s++;
  }
  if (s < STAGES) {
    const n = 1 << s;
    for (let j = 0; j < n; j++) left[n + j] = sums[j]!;
  }
}

function fork(
  paths: Path[],
  i: number,
  listSize: number,
  pool: Path[],
  newPath: () => Path,
): Path[] {
  const options: { path: Path; bit: number; metric: number }[] = [];
  for (const path of paths) {
    const value = path.llr[1]!;
    options.push({ path, bit: 0, metric: path.metric + (value < 0 ? -value : 0) });
    options.push({ path, bit: 1, metric: path.metric + (value > 0 ? value : 0) });
  }
  options.sort((a, b) => a.metric - b.metric);
  const kept = options.slice(0, listSize);
  const uses = new Map<Path, number>();
  for (const option of kept) uses.set(option.path, (uses.get(option.path) ?? 0) + 1);
  for (const path of paths) if (!uses.has(path)) pool.push(path);
  return kept.map(({ path, bit, metric }) => {
    const left = uses.get(path)! - 1;
    uses.set(path, left);
    let target = path;
    if (left > 0) {
      target = pool.pop() ?? newPath();
      // Level 9 is the channel, the same for all; levels below are what differs.
      target.llr.set(path.llr);
      target.left.set(path.left);
      target.bits.set(path.bits);
    }
    target.bits[i] = bit;
    target.metric = metric;
    return target;
  });
}

function trailingZeros(i: number): number {
  return 31 - Math.clz32(i & -i);
}
