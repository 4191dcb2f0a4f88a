/** A library of images: what is scanned, once each, and what a killed scan goes on from. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  linesOf,
  openQueueScan,
  openReportFile,
  openStorage,
  parseS3Url,
  scan,
} from '../../src/service/index.js';
import type { ScanEngine, ScanItem, ScanRow } from '../../src/service/index.js';
import { WorkError } from '../../src/service/errors.js';
import { runCli } from '../../src/cli/program.js';
import { encodeImage } from '../../src/image/index.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';
import { S3_KEYS, startS3 } from '../support/s3.js';
import type { S3Server } from '../support/s3.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { fakeReport } from './support.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'imprint-scan-'));
const quietIo = {
  stdin: Readable.from([]),
  out: () => undefined,
  err: () => undefined,
  env: {},
  interactive: false,
  colour: false,
};
const never = new AbortController().signal;
const names = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as ScanRow).file.path!);

const items = (all: readonly string[]): AsyncIterable<ScanItem> =>
  Readable.from(all.map((name) => ({ name, read: () => Promise.resolve(Buffer.from(name)) })));

/** Takes a few ticks for each, and counts. */
function fakeScanEngine(inFlight = 4): ScanEngine & { seen: string[]; most: number } {
  let now = 0;
  const engine = {
    inFlight,
    seen: [] as string[],
    most: 0,
    inspect: async ({ name, bytes }: { name: string; bytes: Uint8Array }) => {
      engine.most = Math.max(engine.most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now--;
      engine.seen.push(name);
      if (name.startsWith('bad'))
        throw new WorkError({ code: 'IMAGE_MALFORMED', message: 'broken' });
      return fakeReport({ bytes, name });
    },
    close: () => Promise.resolve(),
  };
  return engine;
}

describe('a scan', () => {
  it('looks at each name once, at no more at once than the engine takes; a bad image is a row', async () => {
    const path = join(folder(), 'report.ndjson');
    const file = await openReportFile(path);
    const engine = fakeScanEngine(3);
    const all = Array.from({ length: 30 }, (_, i) => (i === 7 ? 'bad' : `image ${i % 25}`));
    await scan({ items: items(all), engine, sink: file, stop: never });
    await file.close();
    expect(engine.most).toBe(3);
    const rows = names(readFileSync(path, 'utf8'));
    expect(rows.length).toBe(25);
    expect(new Set(rows)).toEqual(new Set(all));
    expect(readFileSync(path, 'utf8')).toContain('"code":"IMAGE_MALFORMED"');
  });

  it('that was killed in the middle of a line goes on, with nothing twice', async () => {
    const path = join(folder(), 'report.ndjson');
    const all = Array.from({ length: 20 }, (_, i) => `a\nb ${i}`);
    const first = await openReportFile(path);
    await scan({
      items: items(all.slice(0, 9)),
      engine: fakeScanEngine(),
      sink: first,
      stop: never,
    });
    const { identity } = first;
    await first.close();
    appendFileSync(path, readFileSync(path).subarray(0, 100));
    const engine = fakeScanEngine();
    const second = await openReportFile(path);
    expect([second.before, second.identity]).toEqual([9, identity]);
    await scan({ items: items(all), engine, sink: second, stop: never });
    await second.close();
    expect(new Set(engine.seen)).toEqual(new Set(all.slice(9)));
    expect(names(readFileSync(path, 'utf8')).sort()).toEqual([...all].sort());
  });

  it('looks again at accidents alone when it is told to', async () => {
    const path = join(folder(), 'report.ndjson');
    const rows = ['ok', 'bad', 'ok too', 'far', 'last'].map((name) =>
      name.startsWith('ok') || name === 'last'
        ? fakeReport({ bytes: Buffer.from(name), name })
        : {
            file: { path: name },
            error: { code: name === 'bad' ? 'IMAGE_MALFORMED' : 'STORAGE_FAILED', message: '' },
          },
    );
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const again = (row: ScanRow): boolean => 'error' in row && row.error.code === 'STORAGE_FAILED';
    const file = await openReportFile(path, { again });
    expect(['ok', 'far', 'bad'].map((name) => file.claim(name))).toEqual([false, true, false]);
    await file.close();
    expect(names(readFileSync(path, 'utf8'))).toEqual(['ok', 'bad', 'ok too', 'last']);
  });

  it('leaves a file alone that is no report, and one that another scan writes', async () => {
    const dir = folder();
    const notes = join(dir, 'notes.txt');
    writeFileSync(notes, '{"file":{}}\nmy notes');
    await throwsWithCode(() => openReportFile(notes), 'SCAN_REPORT');
    expect(readFileSync(notes, 'utf8')).toBe('{"file":{}}\nmy notes');
    const path = join(dir, 'report.ndjson');
    const holder = await openReportFile(path);
    await throwsWithCode(() => openReportFile(path, { patience: 0 }), 'SCAN_REPORT');
    await holder.close();
    await (await openReportFile(path, { patience: 0 })).close();
  });

  it('ends with what went wrong when the report cannot be written, and takes no more', async () => {
    const engine = fakeScanEngine(2);
    const sink = {
      claim: () => true,
      add: () => Promise.reject(new Error('no space')),
    };
    const all = Array.from({ length: 50 }, (_, i) => String(i));
    await expect(scan({ items: items(all), engine, sink, stop: never })).rejects.toThrow(
      'no space',
    );
    expect(engine.seen.length).toBeLessThan(6);
  });
});

describe('lines', () => {
  it('are those of any text in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '\r', '\0') })),
        fc.integer({ min: 1, max: 5 }),
        async (parts, size) => {
          const bytes = Buffer.from(parts.join('\n'));
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.subarray(i * size, (i + 1) * size),
          );
          const texts: string[] = [];
          for await (const { text, end, whole } of linesOf(Readable.from(pieces), 1000)) {
            texts.push(text);
            expect(end).toBe(Buffer.byteLength(texts.join('\n')) + (whole ? 1 : 0));
          }
          expect(texts).toEqual(
            bytes
              .toString()
              .replace(/\n$/, '')
              .split('\n')
              .slice(0, bytes.length === 0 ? 0 : undefined),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that never end are refused', async () => {
    const endless = Readable.from(Array<Uint8Array>(100).fill(Buffer.alloc(1000, 'x')));
    await throwsWithCode(() => linesOf(endless, 10_000).next(), 'SCAN_LINE');
  });
});

it('an s3:// address is a bucket and a key as it stands', () => {
  expect(parseS3Url('s3://b.1/a b/%20+\n?#')).toEqual({ bucket: 'b.1', key: 'a b/%20+\n?#' });
  expect(parseS3Url('s3://bucket')).toEqual({ bucket: 'bucket', key: '' });
  for (const bad of [
    's3:/x',
    's3://',
    's3:///key',
    's3://../x',
    's3://a@b/c',
    'https://s3/x',
    's3',
  ]) {
    expect(parseS3Url(bad)).toBeNull();
  }
});

describe('storage', () => {
  it('is listed page by page, with keys that XML cannot hold', async () => {
    const keys = ['a\nb', 'c\r+d', 'e%2Ff', '../g', '\u0001h', '<&>'];
    const server = createServer((request, response) => {
      const query = new URL(request.url!, 'http://x').searchParams;
      const at = Number(query.get('continuation-token') ?? 0);
      const more = at + 2 < keys.length;
      const contents = keys.slice(at, at + 2).map((key) => {
        const text = encodeURIComponent(key).replaceAll('%20', '+');
        return `<Contents><Key>${text}</Key><Size>7</Size></Contents>`;
      });
      response.end(
        `<?xml version="1.0"?><ListBucketResult><EncodingType>${query.get('encoding-type')}</EncodingType>` +
          `<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${at + 2}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, S3_KEYS);
    const storage = await openStorage({ endpoint: `http://127.0.0.1:${port}`, maxBytes: 1000 });
    const found: string[] = [];
    for await (const { key } of storage.list('bucket', '')) found.push(key);
    expect(found).toEqual(keys);
    storage.close();
    server.close();
  });
});

describe('imprint scan', () => {
  let s3: S3Server;
  const session = cliSession();
  beforeAll(async () => (s3 = await startS3()));
  afterAll(() => s3.stop());

  it('reports on a bucket, a folder and a list, and goes on with the report', async () => {
    const image = await encodeImage(texturedPicture(64, 64), { format: 'png' });
    await s3.put('2024/one.png', image);
    await s3.put('2024/two\nlines.png', image);
    await s3.put('2024/broken.jpg', 'no image');
    await s3.put('2024/notes.txt', 'not looked at');
    await s3.put('2025/no-image-name', image);
    mkdirSync(join(session.dir, 'pictures'));
    writeFileSync(join(session.dir, 'pictures/three.png'), image);
    const list = ['s3://library/2025/no-image-name', 's3://library/gone.png', 'pictures/three.png'];
    writeFileSync(join(session.dir, 'list.txt'), `${list.join('\r\n')}\n\nmissing.png\n/dev/zero`);
    const run = (...args: string[]) =>
      session.run(['scan', ...args, '--s3-endpoint', s3.endpoint, '-o', 'report.ndjson'], {
        env: S3_KEYS,
      });
    const first = await run('s3://library/2024/', 'pictures');
    expect([first.code, first.stdout]).toEqual([5, '']);
    expect(first.stderr).toMatch(/^4 images: .*\b1 without a report/);
    const second = await run(
      's3://library/2024/',
      'pictures',
      'list.txt',
      '--require',
      'watermark',
    );
    expect(second.code).toBe(5);
    expect(second.stderr).toMatch(/^4 images have their row already\n8 images: /);
    const text = readFileSync(join(session.dir, 'report.ndjson'), 'utf8');
    expect(names(text).sort()).toEqual(
      [
        ...['/dev/zero', 'missing.png', 'pictures/three.png', 's3://library/2024/broken.jpg'],
        ...['s3://library/2024/one.png', 's3://library/2024/two\nlines.png'],
        ...['s3://library/2025/no-image-name', 's3://library/gone.png'],
      ].sort(),
    );
    const rows = text.split('\n').filter((line) => line !== '');
    const codeOf = (name: string): string =>
      /"code":"(\w+)"/.exec(rows.find((row) => row.includes(name))!)![1]!;
    expect(codeOf('gone.png')).toBe('STORAGE_NOT_FOUND');
    expect(codeOf('broken.jpg')).toBe('IMAGE_UNSUPPORTED');
    expect(codeOf('/dev/zero')).toBe('IMAGE_NOT_A_FILE');
  });

  it('says what is wrong before it begins', async () => {
    for (const args of [
      ['no-such-folder'],
      ['s3:library'],
      ['s3://library/x', '--in-flight', '3'],
      ['s3://library/x', '--queue', 'redis://127.0.0.1:1', '--trust', 'official'],
      ['s3://library/x', '--require', 'nothing'],
    ]) {
      expect(await runCli(['scan', ...args], quietIo), args.join(' ')).toBe(64);
    }
  });

  it('tells a wrong bucket from a wrong key, and a queue that is not there', async () => {
    const asked = async (bucket: string, accessKeyId: string): Promise<unknown> => {
      Object.assign(process.env, { ...S3_KEYS, AWS_ACCESS_KEY_ID: accessKeyId });
      const storage = await openStorage({ endpoint: s3.endpoint, maxBytes: 1000 });
      return storage.list(bucket, '').next();
    };
    await throwsWithCode(() => asked('nowhere', 'S3RVER'), 'STORAGE_NOT_FOUND');
    await throwsWithCode(() => asked('library', 'somebody'), 'STORAGE_DENIED');
    const queue = { url: 'redis://127.0.0.1:1', log: pino({ level: 'silent' }), identity: 'test' };
    await throwsWithCode(() => openQueueScan({ ...queue, patience: 0.1 }), 'SCAN_QUEUE');
  });
});
