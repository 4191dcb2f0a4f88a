/** `imprint trust`: the published lists in use, and newer ones. */
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { GuardedFetch, PublishedListName, StoredList } from '../../provenance/index.js';
import {
  createGuardedFetch,
  loadPublishedList,
  PUBLISHED,
  PUBLISHED_LISTS,
  updatePublishedList,
} from '../../provenance/index.js';
import { describeError, EXIT, exitCodeOf, UsageError } from '../exit.js';
import type { CliIo } from '../io.js';
import { toJson } from '../render/json.js';
import { isPublishedName, trustDir } from '../trust.js';

interface UpdateFlags {
  from?: string;
  json: boolean;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export function addTrustCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const trust = program.command('trust').description('published lists of whom to believe');
  trust
    .command('list')
    .description('show the lists that --trust official and --trust interim use')
    .option('--json', 'print them as JSON', false)
    .action(async (flags: { json: boolean }) => {
      const lists = await Promise.all(
        PUBLISHED_LISTS.map((name) => loadPublishedList(name, trustDir(io.env))),
      );
      if (flags.json) io.out(toJson(lists.map(summary)));
      else lists.forEach((list) => io.out(describe(list)));
      for (const { name, nextUpdate } of lists) {
        if (nextUpdate !== null && Date.parse(nextUpdate) < Date.now()) {
          io.err(
            `The ${name} list was due for renewal on ${nextUpdate}: run \`imprint trust update\`.\n`,
          );
        }
      }
      done(EXIT.satisfied);
    });
  trust
    .command('update')
    .description('download the published lists, check them and use them from now on')
    .argument('[lists...]', `which: ${PUBLISHED_LISTS.join(', ')} (default: all)`)
    .option('--from <url>', 'folder that has the files, instead of their published addresses')
    .option('--json', 'print what is in use now as JSON', false)
    .action(async (lists: string[], flags: UpdateFlags) => {
      const unknown = lists.find((name) => !isPublishedName(name));
      if (unknown !== undefined) {
        throw new UsageError(`expected ${PUBLISHED_LISTS.join(' or ')}, got "${unknown}"`);
      }
      const fetch = fetcherFor(flags.from);
      const names = lists.length === 0 ? PUBLISHED_LISTS : (lists as PublishedListName[]);
      const updated: StoredList[] = [];
      let code: number = EXIT.satisfied;
      // One publisher that is down must not keep the other's list from being renewed.
      for (const name of names) {
        try {
          const { list, changed } = await updatePublishedList(name, {
            dir: trustDir(io.env),
            fetch,
            clock: { now: () => new Date() },
            ...(flags.from === undefined ? {} : { base: flags.from }),
          });
          updated.push(list);
          io.err(`${name}: ${changed ? 'new' : 'unchanged'}\n`);
        } catch (error) {
          io.err(`imprint: ${describeError(error)}\n`);
          code = exitCodeOf(error);
        }
      }
      if (flags.json) io.out(toJson(updated.map(summary)));
      else updated.forEach((list) => io.out(describe(list)));
      done(code);
    });
}

/** A mirror that the user names may stand in their own network; without TLS it must be this machine. */
function fetcherFor(from: string | undefined): GuardedFetch {
  if (from === undefined) return createGuardedFetch();
  const url = URL.canParse(from) ? new URL(from) : null;
  const local = url?.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url?.protocol !== 'https:' && !local) {
    throw new UsageError(
      `--from expected an https address (http on this machine only), got "${from}"`,
    );
  }
  return createGuardedFetch({ unsafeAllowAddress: () => true, unsafeAllowHttp: local });
}

/** Everything but the certificates themselves. */
const summary = (list: StoredList): Partial<StoredList> =>
  Object.fromEntries(
    Object.entries(list).filter(([key]) => key !== 'anchorsPem' && key !== 'schemaVersion'),
  );

function describe({ name, origin, date, fetched, certificates, sha256, path }: StoredList): string {
  return [
    `${name}  ${PUBLISHED[name].title}`,
    `  issued       ${date.slice(0, 10)}, ${origin === 'bundled' ? 'bundled with this version' : `downloaded ${fetched.slice(0, 10)}`}`,
    `  certificates ${certificates}`,
    `  sha256       ${sha256}`,
    `  file         ${printable(path)}`,
    '',
  ].join('\n');
}
