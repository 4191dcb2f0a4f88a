/** `imprint scan`: a library of images, each looked at once, with a report that a killed scan goes on with. */
import { availableParallelism, hostname } from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { errorMessage, printable, toJson } from '../../core/index.js';
import type { Requirement } from '../../provenance/index.js';
import { PUBLIC_KEY, REQUIREMENTS, worstExitCode } from '../../provenance/index.js';
import type { S3Storage, ScanEngine, ScanRow, ScanSink } from '../../service/index.js';
import { EXIT, exitCodeOfCode, UsageError } from '../exit.js';
import type { CliIo } from '../io.js';
import { readWatermarkKey } from '../issuer.js';
import { integerOption, listOption } from '../options.js';
import type { RecoverFlags } from '../registry.js';
import { registryAddress } from '../registry.js';
import type { ScanSource } from '../scan-sources.js';
import { createTally } from '../scan-tally.js';
import { toldToEnd } from '../signals.js';
import { keepInputs } from '../targets.js';
import { trustLists } from '../trust.js';

interface ScanFlags extends RecoverFlags {
  output?: string;
  queue?: string;
  inFlight?: number;
  workers?: number;
  require: string[];
  trust: string[];
  watermarkKey: string[];
  fetchRemote: boolean;
  retryErrors: boolean;
  s3Endpoint?: string;
  s3Region?: string;
  allKeys: boolean;
  maxBytes: number;
  maxPixels?: number;
  workTimeout?: number;
}

const MIB = 1 << 20;
/** After so long without a row somebody may have forgotten to start a worker. */
const PATIENCE_MS = 30_000;

export function addScanCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('scan')
    .description('look at a library of images once, with a report that a killed scan goes on with')
    .argument(
      '<sources...>',
      's3://BUCKET/PREFIX, folders, patterns, or lists (.txt, .list, - for standard input)',
    )
    .option(
      '-o, --output <report.ndjson>',
      'one line of JSON for each image; an existing report is gone on with (default: standard output)',
    )
    .addOption(
      new Option(
        '--queue <redis>',
        'redis://... of `imprint worker` processes that do the work',
      ).env('IMPRINT_QUEUE'),
    )
    .option(
      '--in-flight <n>',
      'images in the queue at once (default: 64)',
      integerOption(1, 10_000),
    )
    .option('--workers <n>', 'threads (default: one for each core)', integerOption(1, 256))
    .option(
      '--require <what>',
      `what every image must have: ${REQUIREMENTS.join(', ')}`,
      listOption,
      [],
    )
    .option(
      '--trust <list>',
      'whom to believe: official, interim, dev, or a PEM file',
      listOption,
      [],
    )
    .option('--watermark-key <json>', 'secret watermark key file to try as well', listOption, [])
    .option('--fetch-remote', 'fetch manifests that files keep elsewhere (https)', false)
    .option('--recover', 'ask the registry about each image', false)
    .option('--registry <file|url>', 'as --recover, from this registry')
    .option(
      '--retry-errors',
      'look again at what an earlier run could not read or finish, such as storage out of reach',
      false,
    )
    .addOption(
      new Option('--s3-endpoint <url>', "address of a server other than Amazon's").env(
        'AWS_ENDPOINT_URL_S3',
      ),
    )
    .option(
      '--s3-region <name>',
      'default: what the environment says; us-east-1 with --s3-endpoint',
    )
    .option('--all-keys', 'look at objects of any name, not only at image names', false)
    .option(
      '--max-bytes <n>',
      'longest image, bytes (default: 33554432)',
      integerOption(1024, 2 ** 31 - 1),
      32 * MIB,
    )
    .option('--max-pixels <n>', 'width times height (default: 50000000)', integerOption(1, 1e9))
    .option('--work-timeout <s>', 'seconds for one image (default: 60)', integerOption(1, 3600))
    .action(async (args: string[], flags: ScanFlags) => {
      checkFlags(flags);
      done(await runScan(io, args, flags));
    });
}

/** Options that say how an image is looked at: with a queue its workers have their own. */
const OF_WORKERS = ['workers', 'registry', 'maxPixels', 'workTimeout'] as const;

function checkFlags(flags: ScanFlags): void {
  const unknown = flags.require.find((name) => !(REQUIREMENTS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--require expected one of ${REQUIREMENTS.join(', ')}, got "${printable(unknown)}"`,
    );
  }
  if (flags.queue === undefined) {
    if (flags.inFlight !== undefined) throw new UsageError('--in-flight goes with --queue');
    return;
  }
  const { trust, watermarkKey, fetchRemote, recover } = flags;
  const own = OF_WORKERS.some((name) => flags[name] !== undefined);
  if (own || trust.length > 0 || watermarkKey.length > 0 || fetchRemote || recover) {
    throw new UsageError('with --queue the workers decide how images are looked at; tell them');
  }
}

async function runScan(io: CliIo, args: readonly string[], flags: ScanFlags): Promise<number> {
  // Loaded here: the service costs every other verb a quarter of a second.
  const { scan } = await import('../../service/index.js');
  const { scanItems, scanSources } = await import('../scan-sources.js');
  const sources = await scanSources(args);
  const told = new AbortController();
  void toldToEnd().then(() => told.abort());
  const tally = createTally(io, flags.require as Requirement[]);
  const sink = await openSink(io, flags, sources, { onRow: tally.count, stop: told });
  const before = tally.rows();
  if (before > 0) io.err(`${before} images have their row already\n`);
  let storage: Promise<S3Storage> | undefined;
  let engine: ScanEngine | undefined;
  try {
    engine = await openEngine(io, flags, sink.identity);
    const items = scanItems(io, sources, {
      maxBytes: flags.maxBytes,
      allKeys: flags.allKeys,
      storage: () => (storage ??= openS3(io, flags)),
    });
    const waiting = flags.queue === undefined ? null : hintAtWorkers(io);
    const onRow = (row: ScanRow): void => {
      waiting?.refresh();
      tally.count(row);
    };
    await scan({ items, engine, sink, stop: told.signal, onRow }).finally(() =>
      clearTimeout(waiting ?? undefined),
    );
  } finally {
    await engine?.close();
    (await storage)?.close();
    await sink.close();
  }
  tally.summary();
  if (!told.signal.aborted) return worstExitCode([...tally.codes]);
  const reason: unknown = told.signal.reason;
  const lost = reason instanceof Error && reason.name !== 'AbortError' ? reason : null;
  const goOn = flags.output === undefined ? '' : '; the same command goes on with it';
  io.err(lost === null ? `stopped before the end${goOn}\n` : `stopped: ${errorMessage(lost)}\n`);
  return EXIT.operational;
}

interface OpenSink extends ScanSink {
  identity: string;
  close: () => Promise<void>;
}

async function openSink(
  io: CliIo,
  { output, retryErrors }: ScanFlags,
  sources: readonly ScanSource[],
  { onRow, stop }: { onRow: (row: ScanRow) => void; stop: AbortController },
): Promise<OpenSink> {
  if (output === undefined) {
    const seen = new Set<string>();
    return {
      identity: `${hostname()}/${process.pid}/${Date.now()}`,
      claim: (name) => seen.size < seen.add(name).size,
      add: (row) => Promise.resolve(io.out(toJson(row, 0))),
      close: () => Promise.resolve(),
    };
  }
  const lists = sources.flatMap((source) =>
    source.kind === 'list' && source.path !== null ? [{ name: 'a list', path: source.path }] : [],
  );
  await keepInputs([{ name: '--output', path: output }], lists);
  const { openReportFile } = await import('../../service/index.js');
  const file = await openReportFile(output, {
    onRow,
    ...(retryErrors ? { again: failedByAccident } : {}),
    onLost: (error) => stop.abort(error),
  });
  return { ...file, identity: `${hostname()}/${file.identity}` };
}

const failedByAccident = (row: ScanRow): boolean =>
  'error' in row && exitCodeOfCode(row.error.code) === EXIT.operational;

async function openEngine(io: CliIo, flags: ScanFlags, identity: string): Promise<ScanEngine> {
  const { createLog, createPoolScan, openQueueScan } = await import('../../service/index.js');
  const { queue, inFlight, maxBytes, maxPixels, workTimeout: workSeconds } = flags;
  if (queue !== undefined) {
    const log = createLog('error', { write: onceAMinute(io.err) });
    return openQueueScan({
      url: queue,
      log,
      identity,
      ...(inFlight === undefined ? {} : { inFlight }),
    });
  }
  const keys = await Promise.all(flags.watermarkKey.map(readWatermarkKey));
  const asked = flags.recover || flags.registry !== undefined;
  return createPoolScan({
    workers: flags.workers ?? availableParallelism(),
    maxBytes,
    keys: [...keys, PUBLIC_KEY],
    trust: { lists: await trustLists(io, flags.trust) },
    fetchRemote: flags.fetchRemote,
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(workSeconds === undefined ? {} : { workSeconds }),
    ...(asked ? { registry: registryAddress(io.env, flags) } : {}),
  });
}

/** Amazon's own library reads AWS_ENDPOINT_URL too, but asks such servers by names of hosts that they do not have. */
async function openS3(
  io: CliIo,
  { s3Endpoint, s3Region, maxBytes }: ScanFlags,
): Promise<S3Storage> {
  const { openStorage } = await import('../../service/index.js');
  // The version here is pinned: that later ones will want a later Node is nothing its user can act on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = io.env;
  const endpoint = s3Endpoint ?? AWS_ENDPOINT_URL;
  const region = s3Region ?? AWS_REGION ?? AWS_DEFAULT_REGION;
  return openStorage({
    maxBytes,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
}

/** A Redis that is away says so many times a second. */
function onceAMinute(write: (text: string) => void): (text: string) => void {
  let last = -Infinity;
  return (text) => {
    if (performance.now() - last < 60_000) return;
    last = performance.now();
    write(text);
  };
}

function hintAtWorkers(io: CliIo): NodeJS.Timeout {
  return setTimeout(() => {
    io.err(`nothing was finished for ${PATIENCE_MS / 1000} s; does \`imprint worker\` run?\n`);
  }, PATIENCE_MS).unref();
}
