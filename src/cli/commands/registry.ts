/** `imprint registry`: what is remembered, listed, shown, carried to another registry, forgotten. */
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { Registry, RegistryRecord } from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { integerOption } from '../options.js';
import { exportLine, importedRecords } from '../registry-lines.js';
import type { RegistryFlags } from '../registry.js';
import { addRegistryOption, withRegistry } from '../registry.js';
import { toJson } from '../render/json.js';
import { writeWhole } from '../write-whole.js';

type Done = (code: number) => void;

export function addRegistryCommand(program: Command, io: CliIo, done: Done): void {
  const registry = program
    .command('registry')
    .description('what mark and generate remember: list, show, export, import, delete');
  addList(registry, io, done);
  addShow(registry, io, done);
  addExport(registry, io, done);
  addImport(registry, io, done);
  addDelete(registry, io, done);
}

function addList(registry: Command, io: CliIo, done: Done): void {
  const command = registry
    .command('list')
    .description('the latest first')
    .option('--limit <n>', 'how many', integerOption(1, 1000), 20)
    .option('--json', 'print the records as JSON', false);
  addRegistryOption(command).action(
    async (flags: RegistryFlags & { limit: number; json: boolean }) => {
      const { records } = await withRegistry(io, flags, (open) =>
        open.list({ limit: flags.limit }),
      );
      io.out(flags.json ? toJson(records) : records.map(line).join(''));
      done(EXIT.satisfied);
    },
  );
}

const line = ({ id, time, origin, asset, bindings }: RegistryRecord): string =>
  `${printable(id)}  ${printable(time)}  ${origin ?? '-'}  ${printable(asset?.mime ?? '-')}  ${bindings.map(({ value }) => printable(value, 60)).join(' ')}\n`;

function addShow(registry: Command, io: CliIo, done: Done): void {
  const command = registry
    .command('show')
    .description('one record as JSON; --manifest writes its manifest')
    .argument('<id>', 'id of the manifest, urn:c2pa:...')
    .option('--manifest <file.c2pa>', 'write the manifest store');
  addRegistryOption(command).action(
    async (id: string, flags: RegistryFlags & { manifest?: string }) => {
      const found = await withRegistry(io, flags, async (open) => {
        const record = await open.get(id);
        const manifest = flags.manifest === undefined ? null : await open.readManifest(id);
        return record === null ? null : { record, manifest };
      });
      if (found === null) return done(unknown(io, id));
      const { record, manifest } = found;
      if (manifest !== null) await writeWhole(flags.manifest!, manifest);
      io.out(toJson(record));
      done(EXIT.satisfied);
    },
  );
}

function addExport(registry: Command, io: CliIo, done: Done): void {
  const command = registry
    .command('export')
    .description('everything as lines of JSON, for import elsewhere');
  addRegistryOption(command).action(async (flags: RegistryFlags) => {
    await withRegistry(io, flags, async (open) => {
      for (const id of await idsOf(open)) {
        const [record, manifest] = [await open.get(id), await open.readManifest(id)];
        // Either is gone when it was deleted meanwhile.
        if (record !== null && manifest !== null) io.out(exportLine(record, manifest));
      }
    });
    done(EXIT.satisfied);
  });
}

/** In the order of arrival, which an import then repeats. */
async function idsOf(open: Registry): Promise<string[]> {
  const ids: string[] = [];
  let before: number | undefined;
  do {
    const page = await open.list({ limit: 1000, ...(before === undefined ? {} : { before }) });
    ids.push(...page.records.map(({ id }) => id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  return ids.reverse();
}

function addImport(registry: Command, io: CliIo, done: Done): void {
  const command = registry
    .command('import')
    .description('lines of an export from standard input; what is there already stays');
  addRegistryOption(command).action(async (flags: RegistryFlags) => {
    const [added, all] = await withRegistry(io, flags, async (open) => {
      const counts: [number, number] = [0, 0];
      for await (const record of importedRecords(io.stdin)) {
        if (await open.put(record)) counts[0]++;
        counts[1]++;
      }
      return counts;
    });
    io.out(`${added} added, ${all - added} there already\n`);
    done(EXIT.satisfied);
  });
}

function addDelete(registry: Command, io: CliIo, done: Done): void {
  const command = registry
    .command('delete')
    .description('forget manifests, with their bindings and fingerprints')
    .argument('<ids...>', 'ids of manifests');
  addRegistryOption(command).action(async (ids: string[], flags: RegistryFlags) => {
    const missing = await withRegistry(io, flags, async (open) => {
      const gone: string[] = [];
      for (const id of ids) if (!(await open.remove(id))) gone.push(id);
      return gone;
    });
    for (const id of missing) unknown(io, id);
    done(missing.length === 0 ? EXIT.satisfied : EXIT.absent);
  });
}

function unknown(io: CliIo, id: string): number {
  io.err(`the registry knows no manifest ${printable(id)}\n`);
  return EXIT.absent;
}
