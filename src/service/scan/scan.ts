/** Many images, each looked at once: what reads, what inspects and where the report goes are given. */
import { setMaxListeners } from 'node:events';
import { errorMessage, isImprintError, printable } from '../../core/index.js';
import type { Report } from '../../provenance/index.js';
import type { ScanRow } from './report-file.js';

export interface ScanItem {
  /** Under which the report names it; no two images have the same. */
  name: string;
  /** Called once, when its turn has come. What it throws becomes the item's row. */
  read: () => Promise<Uint8Array>;
}

export interface Inspection {
  name: string;
  bytes: Uint8Array;
}

export interface ScanEngine {
  /** Images that are in work at once. */
  readonly inFlight: number;
  /** @throws ImprintError what is wrong with the image, or with the work. */
  inspect(image: Inspection, stop: AbortSignal): Promise<Report>;
  /** The row of an image is kept: nothing of its work is needed any more. */
  settled?(image: Inspection): Promise<void>;
  close(): Promise<void>;
}

export interface ScanSink {
  claim(name: string): boolean;
  add(row: ScanRow): Promise<void>;
}

export interface ScanOptions {
  items: AsyncIterable<ScanItem>;
  engine: ScanEngine;
  sink: ScanSink;
  /** Takes no further image; what is in work is finished, or left where another run finds it. */
  stop: AbortSignal;
  /** Told of each row once it is kept. */
  onRow?: (row: ScanRow) => void;
}

/** Resolves when every image has its row, or when `stop` is aborted. @throws what `items` or `sink` throws. */
export async function scan({ items, engine, sink, stop, onRow }: ScanOptions): Promise<void> {
  const failed = new AbortController();
  const ended = AbortSignal.any([stop, failed.signal]);
  // Each image in work listens.
  setMaxListeners(0, ended);
  const underWay = new Set<Promise<void>>();

  const workOn = async (item: ScanItem): Promise<void> => {
    let image: Inspection | undefined;
    let row: ScanRow;
    try {
      image = { name: item.name, bytes: await item.read() };
      row = await engine.inspect(image, ended);
    } catch (error) {
      // Work that was left is no finding about the image.
      if (ended.aborted && (isAbort(error) || error === ended.reason)) return;
      row = { file: { path: item.name }, error: problemOf(error) };
    }
    await sink.add(row);
    onRow?.(row);
    if (image !== undefined) await engine.settled?.(image).catch(() => undefined);
  };

  try {
    for await (const item of items) {
      if (ended.aborted) break;
      if (!sink.claim(item.name)) continue;
      const work = workOn(item);
      underWay.add(work);
      void work.then(
        () => underWay.delete(work),
        () => failed.abort(),
      );
      if (underWay.size >= engine.inFlight) await Promise.race(underWay);
    }
  } catch (error) {
    failed.abort();
    await Promise.allSettled(underWay);
    throw error;
  }
  await Promise.all(underWay);
}

const isAbort = (error: unknown): boolean =>
  (error as { name?: unknown } | null)?.name === 'AbortError';

function problemOf(error: unknown): { code: string; message: string } {
  if (isImprintError(error)) return { code: error.code, message: errorMessage(error) };
  return { code: 'INTERNAL', message: `internal error: ${printable(errorMessage(error), 300)}` };
}
