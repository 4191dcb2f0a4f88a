/**
 * The report of a scan: one line of JSON for each image, appended whole. It is also what a scan that was killed goes
 * on from, so that nothing else has to be kept and nothing can disagree with it.
 */
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { errorMessage, printable, toJson } from '../../core/index.js';
import type { Report } from '../../provenance/index.js';
import { ScanError } from './errors.js';
import { linesOf } from './lines.js';

/** What is said of one image: its report, or why there is none. */
export type ScanRow = Report | { file: { path: string }; error: { code: string; message: string } };

export interface ReportFile {
  /** Differs between two report files, and stays the same when a scan goes on with one. */
  readonly identity: string;
  /** Rows of earlier runs. */
  readonly before: number;
  /** @returns false for an image that has its row, or whose turn has come already. */
  claim(name: string): boolean;
  /** Appends one line. */
  add(row: ScanRow): Promise<void>;
  /** When it resolves every row is on disk. */
  close(): Promise<void>;
}

export interface ReportFileOptions {
  /** Told of each row of earlier runs that is kept. */
  onRow?: (row: ScanRow) => void;
  /** Rows of earlier runs that are taken out, so that their images are looked at again. Default: none. */
  again?: (row: ScanRow) => boolean;
  /** Seconds to wait for a scan that writes the same file. Default 10, in which the lock of a killed one ends. */
  patience?: number;
  /** Another process writes to the same file now. */
  onLost?: (error: Error) => void;
}

/** A report with every box of a large manifest stays below it. */
const MAX_ROW_BYTES = 64 << 20;
const SYNC_MS = 1000;
/** A lock that was not renewed for so long is that of a killed process. */
const STALE_MS = 6000;
const RETRY_MS = 500;

/**
 * Opens `path`, which is made when it is not there. A last line without its end, which a killed process leaves, is
 * cut off.
 *
 * @throws ScanError SCAN_REPORT when the file holds anything else, or another scan writes it.
 */
export async function openReportFile(
  path: string,
  options: ReportFileOptions = {},
): Promise<ReportFile> {
  const { lock } = await import('proper-lockfile');
  await (await open(path, 'a')).close();
  const release = await lock(path, {
    stale: STALE_MS,
    update: STALE_MS / 3,
    retries: {
      retries: ((options.patience ?? 10) * 1000) / RETRY_MS,
      factor: 1,
      minTimeout: RETRY_MS,
      maxTimeout: RETRY_MS,
    },
    onCompromised: (error) => options.onLost?.(error),
  }).catch((cause: unknown) => {
    const why = `another scan writes it (${errorMessage(cause)})`;
    throw new ScanError({ code: 'SCAN_REPORT', message: `${printable(path)}: ${why}`, cause });
  });
  try {
    const seen = await recall(path, options);
    const before = seen.size;
    const handle = await open(path, 'a');
    return { before, ...(await writer(handle, seen, release)) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function writer(
  handle: FileHandle,
  seen: Set<string>,
  release: () => Promise<void>,
): Promise<Omit<ReportFile, 'before'>> {
  const { dev, ino, birthtimeMs } = await handle.stat();
  let last: Promise<void> = Promise.resolve();
  let synced = true;
  const timer = setInterval(() => {
    if (synced) return;
    synced = true;
    // A disk that is full tells the next row, or the end.
    handle.datasync().catch(() => (synced = false));
  }, SYNC_MS);
  timer.unref();
  return {
    identity: `${dev}/${ino}/${birthtimeMs}`,
    claim: (name) => seen.size < seen.add(name).size,
    add: (row) => {
      // One after another: a row is never written into the middle of another.
      last = last.then(async () => {
        await handle.appendFile(toJson(row, 0));
        synced = false;
      });
      return last;
    },
    close: async () => {
      clearInterval(timer);
      try {
        await last.finally(() => handle.datasync());
      } finally {
        await handle.close();
        await release().catch(() => undefined);
      }
    },
  };
}

/** The names that have their row. Rows that are not kept are taken out of the file. */
async function recall(path: string, options: ReportFileOptions): Promise<Set<string>> {
  const { onRow, again = () => false } = options;
  const seen = new Set<string>();
  const kept: { from: number; to: number }[] = [];
  let end = 0;
  let dropped = false;
  for await (const line of linesOf(createReadStream(path), MAX_ROW_BYTES)) {
    if (!line.whole) {
      dropped = true;
      break;
    }
    const row = rowOf(line.text, path);
    if (again(row)) dropped = true;
    else {
      seen.add(row.file.path!);
      onRow?.(row);
      const previous = kept.at(-1);
      if (previous?.to === end) previous.to = line.end;
      else kept.push({ from: end, to: line.end });
    }
    end = line.end;
  }
  if (dropped) await keepOnly(path, kept);
  return seen;
}

async function keepOnly(
  path: string,
  parts: readonly { from: number; to: number }[],
): Promise<void> {
  const [first] = parts;
  if (parts.length === 0 || (parts.length === 1 && first!.from === 0)) {
    // The file stays the same one, and with it the jobs that belong to it.
    const handle = await open(path, 'r+');
    await handle.truncate(first?.to ?? 0).finally(() => handle.close());
    return;
  }
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w');
  try {
    for (const { from, to } of parts) {
      for await (const chunk of createReadStream(path, { start: from, end: to - 1 })) {
        await handle.appendFile(chunk as Buffer);
      }
    }
    await handle.sync();
    await handle.close();
    await rename(fresh, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(fresh, { force: true });
    throw error;
  }
}

function rowOf(text: string, path: string): ScanRow {
  try {
    const row = JSON.parse(text) as ScanRow | null;
    const whole = typeof row?.file?.path === 'string' && ('error' in row || 'verdict' in row);
    if (whole) return row;
  } catch {
    // Told below.
  }
  const message = `${printable(path)} is not the report of a scan; it is left alone`;
  throw new ScanError({ code: 'SCAN_REPORT', message });
}
