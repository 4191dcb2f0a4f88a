/** `imprint recover FILE`: the manifest of an image whose metadata was stripped. */
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { Recovery } from '../../provenance/index.js';
import { PUBLIC_KEY, recover } from '../../provenance/index.js';
import { readInput } from '../crjson.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { readWatermarkKey } from '../issuer.js';
import { integerOption, listOption, timeOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRegistryOption, withRegistry } from '../registry.js';
import { toJson } from '../render/json.js';
import { renderRecovery } from '../render/recovery.js';
import { keepInputs } from '../targets.js';
import { trustLists } from '../trust.js';
import { writeWhole } from '../write-whole.js';

interface RecoverFlags extends RegistryFlags {
  out?: string;
  radius: number;
  limit: number;
  trust: string[];
  at?: Date;
  watermarkKey: string[];
  json: boolean;
}

export function addRecoverCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('recover')
    .description(
      'find the manifest of an image whose metadata is gone: by watermark, then by fingerprint',
    )
    .argument('<file>', 'the image; - for standard input')
    .option('-o, --out <file.c2pa>', 'write the manifest that is associated best')
    .option('--radius <bits>', 'how many fingerprint bits may differ', integerOption(0, 31), 31)
    .option('--limit <n>', 'how many associated manifests to list', integerOption(1, 100), 10)
    .option(
      '--trust <list>',
      'whom to believe: official, interim, dev, or a PEM file with anchors',
      listOption,
      [],
    )
    .option('--at <time>', 'judge certificates at this time', timeOption)
    .option('--watermark-key <json>', 'secret watermark key file to try as well', listOption, [])
    .option('--json', 'print what was found as JSON', false);
  addRegistryOption(command).action(async (file: string, flags: RecoverFlags) => {
    const { out } = flags;
    if (out !== undefined) {
      const inputs = file === '-' ? [] : [{ name: 'the image', path: file }];
      await keepInputs([{ name: '--out', path: out }], inputs);
    }
    const bytes = await readInput(io, file);
    const recovery = await run(io, bytes, flags);
    if (out !== undefined && recovery.manifest !== null) await writeWhole(out, recovery.manifest);
    io.out(flags.json ? toJson(asJson(file, recovery)) : renderRecovery(file, recovery));
    if (out !== undefined) {
      const wrote = recovery.manifest === null ? 'nothing was found, so' : 'wrote';
      io.err(`${wrote} ${printable(out)}${recovery.manifest === null ? ' was not written' : ''}\n`);
    }
    done(recovery.matches.length === 0 ? EXIT.absent : EXIT.satisfied);
  });
}

async function run(io: CliIo, bytes: Uint8Array, flags: RecoverFlags): Promise<Recovery> {
  const keys = [...(await Promise.all(flags.watermarkKey.map(readWatermarkKey))), PUBLIC_KEY];
  const lists = await trustLists(io, flags.trust);
  return withRegistry(io, flags, (registry) =>
    recover(bytes, registry, {
      keys,
      trust: { lists },
      radius: flags.radius,
      limit: flags.limit,
      ...(flags.at === undefined ? {} : { validationTime: flags.at }),
    }),
  );
}

/** Without the manifest's bytes, and without its store, which holds names and places. */
function asJson(path: string, { manifest, credentials, ...rest }: Recovery): unknown {
  return {
    path: path === '-' ? null : path,
    ...rest,
    manifest: manifest === null ? null : { bytes: manifest.length },
    credentials: credentials === null ? null : { ...credentials, store: null },
  };
}
