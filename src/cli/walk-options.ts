/** `--interpolate N --to PROMPT --to-seed N`: pictures on the way from one to another. */
import type { Command } from 'commander';
import type { Toward } from '../provenance/index.js';
import { UsageError } from './exit.js';
import { integerOption } from './options.js';

export interface WalkFlags {
  interpolate?: number;
  to?: string;
  toSeed?: number;
}

export function addWalkOptions(command: Command, seedMax: number): Command {
  return command
    .option(
      '--interpolate <n>',
      'n images from this one to that of --to, --to-seed or both, ends included',
      integerOption(2, 64),
    )
    .option('--to <prompt>', 'the prompt that --interpolate goes to')
    .option('--to-seed <n>', 'the seed that --interpolate goes to', integerOption(0, seedMax));
}

/**
 * What is special to each image; null without `--interpolate`.
 *
 * @throws UsageError for options that do not go together.
 */
export function walkOf(flags: WalkFlags & { count: number }): Toward[] | null {
  const { interpolate: frames, to: prompt, toSeed: seed, count } = flags;
  if (frames === undefined) {
    if (prompt === undefined && seed === undefined) return null;
    throw new UsageError('--to and --to-seed say where --interpolate goes: give it a number');
  }
  if (prompt === undefined && seed === undefined) {
    throw new UsageError('--interpolate needs --to or --to-seed, or both');
  }
  if (count !== 1) throw new UsageError('--interpolate says how many images; leave --count out');
  return Array.from({ length: frames }, (_, i) => ({
    ...(prompt === undefined ? {} : { prompt }),
    ...(seed === undefined ? {} : { seed }),
    share: i / (frames - 1),
  }));
}
