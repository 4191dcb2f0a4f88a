/** What `imprint scan` is pointed at: folders, patterns, lists, buckets; one image after another. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { printable } from '../core/index.js';
import { readImageFile } from '../provenance/index.js';
import type { S3Object, S3Storage, ScanItem } from '../service/index.js';
import { linesOf, parseS3Url, s3Url } from '../service/index.js';
import { UsageError } from './exit.js';
import { expandInputs } from './files.js';
import type { CliIo } from './io.js';

/** One argument, looked at before the work begins. */
export type ScanSource =
  | { kind: 'files'; paths: string[] }
  /** A file of names, one in each line; null for standard input. */
  | { kind: 'list'; path: string | null }
  | { kind: 'bucket'; bucket: string; prefix: string };

export interface ItemReaders {
  maxBytes: number;
  /** Look at objects of any name. */
  allKeys: boolean;
  /** Called when the first object is met. */
  storage: () => Promise<S3Storage>;
}

const IMAGE_NAME = /\.(?:png|jpe?g|webp|avif|tiff?|gif|heic|heif|svg|jxl)$/i;
const LIST_NAME = /\.(?:txt|list)$/i;
/** As long as a path or key may be, many times over. */
const MAX_LINE_BYTES = 64 << 10;

/** @throws UsageError for what is not there: in a pipeline that is a mistake. */
export async function scanSources(args: readonly string[]): Promise<ScanSource[]> {
  return Promise.all(args.map(sourceOf));
}

async function sourceOf(text: string): Promise<ScanSource> {
  if (text === '-') return { kind: 'list', path: null };
  if (/^s3:/i.test(text)) {
    const { bucket, key } = bucketOf(text);
    return { kind: 'bucket', bucket, prefix: key };
  }
  const info = await stat(text).catch(() => null);
  if (info?.isFile() === true && LIST_NAME.test(text)) return { kind: 'list', path: text };
  if (info === null && !/[*?[{]/.test(text)) {
    throw new UsageError(`${printable(text)}: no such file or folder`);
  }
  return { kind: 'files', paths: await expandInputs([text]) };
}

function bucketOf(text: string): S3Object {
  const found = parseS3Url(text);
  if (found !== null) return found;
  throw new UsageError(`${printable(text)}: expected s3://BUCKET/PREFIX`);
}

export async function* scanItems(
  io: CliIo,
  sources: readonly ScanSource[],
  readers: ItemReaders,
): AsyncGenerator<ScanItem, void, undefined> {
  for (const source of sources) {
    switch (source.kind) {
      case 'files':
        for (const path of source.paths) yield fileItem(path, readers);
        break;
      case 'list':
        yield* listItems(io, source.path, readers);
        break;
      case 'bucket':
        yield* bucketItems(source, readers);
    }
  }
}

const fileItem = (path: string, { maxBytes }: ItemReaders): ScanItem => ({
  name: path,
  read: () => readImageFile(path, { maxBytes }),
});

const objectItem = (object: S3Object, { storage }: ItemReaders): ScanItem => ({
  name: s3Url(object),
  read: async () => (await storage()).read(object),
});

async function* listItems(
  io: CliIo,
  path: string | null,
  readers: ItemReaders,
): AsyncGenerator<ScanItem, void, undefined> {
  const from = path === null ? (io.stdin as AsyncIterable<Uint8Array>) : createReadStream(path);
  for await (const line of linesOf(from, MAX_LINE_BYTES)) {
    const name = line.text.replace(/\r$/, '');
    if (name === '') continue;
    const object = parseS3Url(name);
    yield object === null ? fileItem(name, readers) : objectItem(object, readers);
  }
}

async function* bucketItems(
  { bucket, prefix }: Extract<ScanSource, { kind: 'bucket' }>,
  readers: ItemReaders,
): AsyncGenerator<ScanItem, void, undefined> {
  const storage = await readers.storage();
  let any = false;
  for await (const object of storage.list(bucket, prefix)) {
    // Consoles make "folders" as empty objects.
    if (object.key.endsWith('/') && object.size === 0) continue;
    if (!readers.allKeys && !IMAGE_NAME.test(object.key)) continue;
    any = true;
    yield objectItem(object, readers);
  }
  if (!any) throw new UsageError(`no image under ${printable(s3Url({ bucket, key: prefix }))}`);
}
