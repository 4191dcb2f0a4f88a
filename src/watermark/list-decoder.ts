/**
 * Successive-cancellation list decoding of a polar code (Tal & Vardy 2015) in its min-sum form. Parts of the code
 * that hold nothing, or one bit repeated, are decided as a whole: in the min-sum form a path's metric comes
 * out the same as bit by bit (Hashemi et al. 2016).
 */

/** Candidates for the information bits, the likeliest first; positive LLR = bit 0. */
export type ListDecoder = (llr: Float64Array) => Uint8Array[];

/** One level of the code's tree: arrays of `1 << level` values, each held once for all paths that share it. */
interface Level {
  /** Soft values of the part being decided; array `i` begins at `i << level`. */
  readonly soft: Float64Array;
  /** Code bits of a finished left half, in the same places. */
  readonly left: Uint8Array;
  /** Array that each path reads. */
  readonly softOf: Int32Array;
  readonly leftOf: Int32Array;
  /** How many paths read each array. */
  readonly softUsers: Int32Array;
  readonly leftUsers: Int32Array;
}

/** What a part of the code holds. */
const NOTHING = 0;
const ONE_BIT = 1;
const MORE = 2;

/**
 * @param frozen 1 for every input bit that is always 0; its length is that of the code, a power of two.
 * @param listSize paths kept, at least 1.
 */
export function createListDecoder(frozen: Uint8Array, listSize: number): ListDecoder {
  const top = Math.log2(frozen.length);
  const infoLength = frozen.reduce((count, value) => count + 1 - value, 0);
  const kinds = kindsOf(frozen, top);
  const levels = Array.from({ length: top + 1 }, (_, s) => createLevel(listSize, s));
  /** Levels that differ from path to path: the topmost is what was received. */
  const shared = levels.slice(0, top);
  /** Code bits of the part that each path decided last. */
  const decided = Array.from({ length: listSize }, () => new Uint8Array(frozen.length));
  const metric = new Float64Array(listSize);
  /** Paths in use, in the order of their metrics at the last fork. */
  const active = new Int32Array(listSize);
  let count = 0;
  /** Per information bit and path: the bit, and the path that it was added to. */
  const bits = new Uint8Array(infoLength * listSize);
  const parents = new Uint16Array(infoLength * listSize);
  let known = 0;
  // Per way to go on: path `active[i >> 1]` with bit `i & 1`.
  const cost = new Float64Array(2 * listSize);
  const order = new Int32Array(2 * listSize);
  const sources = new Int32Array(listSize);
  /** 1: goes on; 2: has gone on with one bit. */
  const taken = new Uint8Array(listSize);

  function decide(s: number, part: number): void {
    const kind = kinds[s]![part];
    if (kind === NOTHING) decideNothing(s);
    else if (kind === ONE_BIT) decideBit(s);
    else decideHalves(s, part);
  }

  function decideNothing(s: number): void {
    const { soft, softOf } = levels[s]!;
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      const from = softOf[path]! << s;
      metric[path] = metric[path]! + doubt(soft, from, from + (1 << s), 1);
      decided[path]!.fill(0, 0, 1 << s);
    }
  }

  function decideBit(s: number): void {
    const { soft, softOf } = levels[s]!;
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      const from = softOf[path]! << s;
      cost[2 * a] = metric[path]! + doubt(soft, from, from + (1 << s), 1);
      cost[2 * a + 1] = metric[path]! + doubt(soft, from, from + (1 << s), -1);
    }
    fork();
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      decided[path]!.fill(bits[(known - 1) * listSize + path]!, 0, 1 << s);
    }
  }

  function decideHalves(s: number, part: number): void {
    const n = 1 << (s - 1);
    const { soft, softOf } = levels[s]!;
    const below = levels[s - 1]!;
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      const to = ownArray(below.softOf, below.softUsers, path) << (s - 1);
      minSum(soft, softOf[path]! << s, below.soft, to, n);
    }
    decide(s - 1, 2 * part);
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      const own = decided[path]!;
      const kept = ownArray(below.leftOf, below.leftUsers, path) << (s - 1);
      for (let j = 0; j < n; j++) below.left[kept + j] = own[j]!;
      const to = ownArray(below.softOf, below.softUsers, path) << (s - 1);
      signedSum(soft, softOf[path]! << s, own, below.soft, to, n);
    }
    decide(s - 1, 2 * part + 1);
    for (let a = 0; a < count; a++) {
      const path = active[a]!;
      const own = decided[path]!;
      const kept = below.leftOf[path]! << (s - 1);
      for (let j = 0; j < n; j++) {
        own[n + j] = own[j]!;
        own[j] = own[j]! ^ below.left[kept + j]!;
      }
    }
  }

  /** The cheapest ways to go on become the paths. */
  function fork(): void {
    const ways = 2 * count;
    sortByCost(order, cost, ways);
    const keep = Math.min(ways, listSize);
    taken.fill(0);
    for (let i = 0; i < keep; i++) {
      sources[i] = active[order[i]! >> 1]!;
      taken[sources[i]!] = 1;
    }
    for (let a = 0; a < count; a++) if (taken[active[a]!] === 0) countUse(shared, active[a]!, -1);
    const row = known * listSize;
    let free = 0;
    for (let i = 0; i < keep; i++) {
      const source = sources[i]!;
      let path = source;
      if (taken[source] === 2) {
        while (taken[free] !== 0) free++;
        path = free;
        copyUse(shared, source, path);
      }
      taken[path] = 2;
      active[i] = path;
      metric[path] = cost[order[i]!]!;
      bits[row + path] = order[i]! & 1;
      parents[row + path] = source;
    }
    known++;
    count = keep;
  }

  function wordOf(last: number): Uint8Array {
    const word = new Uint8Array(infoLength);
    for (let i = infoLength - 1, path = last; i >= 0; i--) {
      word[i] = bits[i * listSize + path]!;
      path = parents[i * listSize + path]!;
    }
    return word;
  }

  return (llr) => {
    levels[top]!.soft.set(llr);
    for (const { softOf, leftOf, softUsers, leftUsers } of shared) {
      for (const array of [softOf, leftOf, softUsers, leftUsers]) array.fill(0);
      softUsers[0] = leftUsers[0] = 1;
    }
    metric[0] = active[0] = known = 0;
    count = 1;
    decide(top, 0);
    return [...active.subarray(0, count)]
      .sort((a, b) => metric[a]! - metric[b]!)
      .map((path) => wordOf(path));
  };
}

function createLevel(listSize: number, s: number): Level {
  return {
    soft: new Float64Array(listSize << s),
    left: new Uint8Array(listSize << s),
    softOf: new Int32Array(listSize),
    leftOf: new Int32Array(listSize),
    softUsers: new Int32Array(listSize),
    leftUsers: new Int32Array(listSize),
  };
}

/** Per level and part of that size: what the part holds. */
function kindsOf(frozen: Uint8Array, top: number): Uint8Array[] {
  return Array.from({ length: top + 1 }, (_, s) =>
    Uint8Array.from({ length: frozen.length >> s }, (_, part) => {
      const inputs = frozen.subarray(part << s, (part + 1) << s);
      const first = inputs.indexOf(0);
      if (first < 0) return NOTHING;
      // Of a part whose last input alone is free all code bits are that input.
      return first === inputs.length - 1 ? ONE_BIT : MORE;
    }),
  );
}

/** An array that `path` alone uses, to be written from its beginning to its end. */
function ownArray(of: Int32Array, users: Int32Array, path: number): number {
  const old = of[path]!;
  if (users[old] === 1) return old;
  users[old] = users[old]! - 1;
  const free = users.indexOf(0);
  users[free] = 1;
  of[path] = free;
  return free;
}

function countUse(levels: readonly Level[], path: number, change: number): void {
  for (const { softOf, leftOf, softUsers, leftUsers } of levels) {
    softUsers[softOf[path]!] = softUsers[softOf[path]!]! + change;
    leftUsers[leftOf[path]!] = leftUsers[leftOf[path]!]! + change;
  }
}

/** Lets `to` read whatever `from` reads: nothing is copied until one of them writes. */
function copyUse(levels: readonly Level[], from: number, to: number): void {
  for (const { softOf, leftOf } of levels) {
    softOf[to] = softOf[from]!;
    leftOf[to] = leftOf[from]!;
  }
  countUse(levels, to, 1);
}

/** What it costs that the code bits from `from` to `to` are all 0 (`sign` 1) or all 1 (-1). */
function doubt(soft: Float64Array, from: number, to: number, sign: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const value = sign * soft[i]!;
    if (value < 0) sum -= value;
  }
  return sum;
}

/** What two halves say about their sum. */
function minSum(soft: Float64Array, from: number, out: Float64Array, to: number, n: number): void {
  for (let j = 0; j < n; j++) {
    const a = soft[from + j]!;
    const b = soft[from + n + j]!;
    const m = Math.min(Math.abs(a), Math.abs(b));
    out[to + j] = a < 0 === b < 0 ? m : -m;
  }
}

/** What both halves say about the right one, once their sum is known. */
function signedSum(
  soft: Float64Array,
  from: number,
  sum: Uint8Array,
  out: Float64Array,
  to: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) {
    const a = soft[from + j]!;
    out[to + j] = soft[from + n + j]! + (sum[j] === 0 ? a : -a);
  }
}

/** Numbers 0..count-1 by ascending cost, equal ones in their order: nearly sorted input is the rule. */
function sortByCost(order: Int32Array, cost: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = cost[i]!;
    let at = i;
    for (; at > 0 && cost[order[at - 1]!]! > value; at--) order[at] = order[at - 1]!;
    order[at] = i;
  }
}
