/**
 * What an ONNX file says about itself, read without the runtime and without its weights: a walk over the
 * protobuf fields of onnx.proto3 (ModelProto, GraphProto, NodeProto, TensorProto) that skips the data.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { errorMessage, printable } from '../core/index.js';
import { OnnxError } from './errors.js';

export interface GraphFile {
  /** Operator set versions by domain; '' is ONNX itself. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Operators in use, with the domain in front where it is not ONNX's own ("com.microsoft.Attention"). */
  readonly operators: ReadonlySet<string>;
  /** Memory of the weights as stored. */
  readonly weightBytes: number;
  /** Weights in half precision: the CPU computes with twice as many bytes. */
  readonly halfBytes: number;
  /** Files beside the graph that hold weights, as paths from its folder. */
  readonly externals: readonly string[];
}

const WINDOW = 1 << 16;
const TEXT_MAX = 4096;
/** Far above any graph (Flux has some 10,000 nodes): what a hostile file may cost in time. */
const FIELDS_MAX = 4_000_000;
/** Bytes of one value, by onnx.TensorProto.DataType. */
const BYTES: Readonly<Record<number, number>> = {
  1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2,
  17: 1, 18: 1, 19: 1, 20: 1, 21: 0.5, 22: 0.5,
}; // prettier-ignore
const FLOAT16 = 10;

/**
 * @throws OnnxError ONNX_MODEL_MISSING when the file cannot be read, ONNX_LOAD_FAILED when it is no ONNX
 *   graph or names weights outside its folder.
 */
export async function readGraphFile(path: string): Promise<GraphFile> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw new OnnxError({
      code: 'ONNX_MODEL_MISSING',
      message: `cannot read ${printable(path)} (${errorMessage(cause)})`,
      cause,
    });
  }
  try {
    return await new GraphWalk(new Reader(file, (await file.stat()).size), path).read();
  } finally {
    await file.close();
  }
}

interface Field {
  readonly number: number;
  /** Of a varint or fixed field. */
  readonly value: number;
  /** Of a length-delimited field: where its content is. */
  readonly start: number;
  readonly end: number;
}

class GraphWalk {
  readonly #reader: Reader;
  readonly #path: string;
  #fields = 0;
  readonly #opsets = new Map<string, number>();
  readonly #operators = new Set<string>();
  readonly #externals = new Set<string>();
  #weightBytes = 0;
  #halfBytes = 0;

  constructor(reader: Reader, path: string) {
    this.#reader = reader;
    this.#path = path;
  }

  async read(): Promise<GraphFile> {
    let hasGraph = false;
    await this.#each(0, this.#reader.size, async (field) => {
      if (field.number === 8) await this.#opset(field);
      if (field.number === 7) {
        hasGraph = true;
        await this.#graph(field);
      }
    });
    if (!hasGraph || this.#opsets.size === 0) throw this.#invalid('it has no graph');
    return {
      opsets: this.#opsets,
      operators: this.#operators,
      weightBytes: Math.ceil(this.#weightBytes),
      halfBytes: this.#halfBytes,
      externals: [...this.#externals],
    };
  }

  /** OperatorSetIdProto: domain = 1, version = 2. */
  async #opset({ start, end }: Field): Promise<void> {
    let domain = '';
    let version = 0;
    await this.#each(start, end, async (field) => {
      if (field.number === 1) domain = await this.#text(field);
      if (field.number === 2) version = field.value;
    });
    this.#opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  }

  /** GraphProto: node = 1, initializer = 5. */
  async #graph({ start, end }: Field): Promise<void> {
    await this.#each(start, end, async (field) => {
      if (field.number === 1) await this.#node(field);
      if (field.number === 5) await this.#tensor(field);
    });
  }

  /** NodeProto: op_type = 4, domain = 7. */
  async #node({ start, end }: Field): Promise<void> {
    let type = '';
    let domain = '';
    await this.#each(start, end, async (field) => {
      if (field.number === 4) type = await this.#text(field);
      if (field.number === 7) domain = await this.#text(field);
    });
    this.#operators.add(domain === '' || domain === 'ai.onnx' ? type : `${domain}.${type}`);
  }

  /** TensorProto: dims = 1, data_type = 2, external_data = 13. */
  async #tensor({ start, end }: Field): Promise<void> {
    let count = 1;
    let type = 0;
    await this.#each(start, end, async (field) => {
      if (field.number === 1 && field.end > field.start) {
        for (let at = field.start; at < field.end;) {
          const [dim, next] = await this.#reader.varint(at);
          count *= dim;
          at = next;
        }
      } else if (field.number === 1) count *= field.value;
      if (field.number === 2) type = field.value;
      if (field.number === 13) await this.#external(field);
    });
    const bytes = count * (BYTES[type] ?? 0);
    if (!Number.isFinite(bytes)) throw this.#invalid('a weight has no size');
    this.#weightBytes += bytes;
    if (type === FLOAT16) this.#halfBytes += bytes;
  }

  /** StringStringEntryProto: key = 1, value = 2. */
  async #external({ start, end }: Field): Promise<void> {
    let key = '';
    let value = '';
    await this.#each(start, end, async (field) => {
      if (field.number === 1) key = await this.#text(field);
      if (field.number === 2) value = await this.#text(field);
    });
    if (key !== 'location') return;
    const path = posix.normalize(value.replaceAll('\\', '/'));
    if (path.startsWith('/') || path.startsWith('..') || /^[a-z]:/i.test(path)) {
      throw this.#invalid(`it takes weights from outside its folder ("${printable(value, 80)}")`);
    }
    this.#externals.add(path);
  }

  async #text({ start, end }: Field): Promise<string> {
    if (end - start > TEXT_MAX) throw this.#invalid('a name is too long');
    return this.#reader.text(start, end);
  }

  async #each(start: number, end: number, visit: (field: Field) => Promise<void>): Promise<void> {
    for (let at = start; at < end;) {
      if (++this.#fields > FIELDS_MAX) throw this.#invalid('it has too many parts');
      const [tag, afterTag] = await this.#reader.varint(at);
      const number = Math.floor(tag / 8);
      const wire = tag % 8;
      if (number === 0) throw this.#invalid('it is no protobuf');
      if (wire === 0) {
        const [value, next] = await this.#reader.varint(afterTag);
        await visit({ number, value, start: next, end: next });
        at = next;
      } else if (wire === 2) {
        const [length, next] = await this.#reader.varint(afterTag);
        if (next + length > end) throw this.#invalid('it is cut short');
        await visit({ number, value: 0, start: next, end: next + length });
        at = next + length;
      } else if (wire === 1 || wire === 5) {
        at = afterTag + (wire === 1 ? 8 : 4);
      } else throw this.#invalid('it is no protobuf');
      if (at > end) throw this.#invalid('it is cut short');
    }
  }

  #invalid(why: string): OnnxError {
    return new OnnxError({
      code: 'ONNX_LOAD_FAILED',
      message: `${printable(this.#path)} is no ONNX graph that can be used: ${why}; export it again`,
    });
  }
}

/** Reads anywhere in a file through one window: weights are skipped, never read. */
class Reader {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #window = Buffer.alloc(WINDOW);
  #from = 0;
  #length = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async varint(at: number): Promise<[value: number, next: number]> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = await this.#byte(at + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    return [value, at + 10];
  }

  async text(start: number, end: number): Promise<string> {
    if (start < this.#from || end > this.#from + this.#length) await this.#load(start);
    return this.#window.toString('utf8', start - this.#from, end - this.#from);
  }

  #byte(at: number): number | Promise<number> {
    const offset = at - this.#from;
    if (offset >= 0 && offset < this.#length) return this.#window[offset]!;
    return this.#load(at).then(() => (this.#length > 0 ? this.#window[0]! : 0));
  }

  async #load(at: number): Promise<void> {
    const { bytesRead } = await this.#file.read(this.#window, 0, WINDOW, at);
    this.#from = at;
    this.#length = bytesRead;
  }
}
