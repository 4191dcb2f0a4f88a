/** Options about the manifest that `mark` and `generate` share: what it says and where it is kept. */
import { extname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { CreatorMetadata, ManifestOptions, ModelCredit } from '../provenance/index.js';
import { UsageError } from './exit.js';
import type { NamedPath } from './targets.js';
import { writeWhole } from './write-whole.js';

const TRAINING = ['not-allowed', 'allowed', 'constrained', 'unstated'] as const;

export interface ManifestFlags {
  creator: string[];
  rights?: string;
  license?: string;
  credit?: string;
  training?: (typeof TRAINING)[number];
  trainingTerms?: string;
  thumbnail: boolean;
  remoteManifest?: string;
  sidecar: boolean;
}

/** Every occurrence is one value, commas included: names have some. */
const several = (value: string, previous: readonly string[]): string[] => [...previous, value];

export function addManifestOptions(command: Command): Command {
  return command
    .option('--creator <name>', 'who made it; may be given several times', several, [])
    .option('--rights <text>', 'copyright notice')
    .option('--license <url or text>', 'licence, by its address or in words')
    .option('--credit <text>', 'credit line to show with the image')
    .addOption(
      new Option('--training <answer>', 'may others train on it or mine it').choices(TRAINING),
    )
    .option('--training-terms <text>', 'under which terms, with --training constrained')
    .option('--thumbnail', 'put a small picture into the manifest', false)
    .option('--remote-manifest <url>', 'https address of the manifest, written into the file')
    .option('--sidecar', 'keep the manifest out of the file: write NAME.c2pa beside it', false);
}

/** @throws UsageError for options that do not go together; their texts are checked by the library. */
export function manifestOptions(flags: ManifestFlags): ManifestOptions {
  const metadata = metadataOf(flags);
  const { training, trainingTerms, remoteManifest } = flags;
  if ((training === 'constrained') !== (trainingTerms !== undefined)) {
    throw new UsageError('--training constrained and --training-terms go together');
  }
  return {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...trainingOf(training, trainingTerms),
    ...(flags.thumbnail ? { thumbnail: true } : {}),
    ...(remoteManifest === undefined ? {} : { remoteManifest }),
    ...(flags.sidecar ? { embed: false } : {}),
  };
}

function metadataOf({ creator, rights, license, credit }: ManifestFlags): CreatorMetadata {
  const address = license !== undefined && /^[a-z][a-z\d+.-]*:/i.test(license);
  return {
    ...(creator.length === 0 ? {} : { creators: creator }),
    ...(rights === undefined ? {} : { rights }),
    ...(license === undefined ? {} : address ? { licenseUrl: license } : { usageTerms: license }),
    ...(credit === undefined ? {} : { credit }),
  };
}

function trainingOf(
  training: ManifestFlags['training'],
  terms: string | undefined,
): Pick<ManifestOptions, 'trainingMining'> {
  switch (training) {
    case undefined:
      return {};
    case 'unstated':
      return { trainingMining: null };
    case 'constrained':
      return { trainingMining: { constrained: terms ?? '' } };
    case 'not-allowed':
      return { trainingMining: 'notAllowed' };
    case 'allowed':
      return { trainingMining: 'allowed' };
  }
}

/** `name@version`; the name may hold an `@` of its own. */
export function modelOption(value: string): ModelCredit {
  const match = /^(.+)@([^@]+)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('Expected NAME@VERSION, such as SDXL@1.0.');
  return { name: match[1]!, version: match[2]! };
}

/** `dir/name.png` -> `dir/name.c2pa`. */
export function sidecarPath(target: string): string {
  return `${target.slice(0, target.length - extname(target).length)}.c2pa`;
}

/** The file beside `target`, when one will be written. */
export function sidecarTargets(flags: ManifestFlags, target: string): NamedPath[] {
  return flags.sidecar ? [{ name: '--sidecar', path: sidecarPath(target) }] : [];
}

/** @returns where the manifest was written, null when it is inside. */
export async function writeSidecar(
  flags: ManifestFlags,
  target: string,
  manifest: Uint8Array,
): Promise<string | null> {
  if (!flags.sidecar) return null;
  const path = sidecarPath(target);
  await writeWhole(path, manifest);
  return path;
}
