/** `imprint evidence verify FOLDER`: whether a bundle of `check --evidence` still holds. */
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { EvidenceVerdict } from '../../check/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { listOption } from '../options.js';
import { toJson } from '../render/json.js';
import { trustLists } from '../trust.js';

interface VerifyEvidenceFlags {
  trust: string[];
  files?: string;
  requireTimestamp: boolean;
  json: boolean;
}

export function addEvidenceCommand(
  program: Command,
  io: CliIo,
  done: (code: number) => void,
): void {
  const evidence = program.command('evidence').description('bundles of check --evidence');
  evidence
    .command('verify')
    .description('check signature, signer, and that nothing was changed since')
    .argument('<folder>', 'the bundle')
    .option('--trust <list>', 'whom to believe: dev or a PEM file with anchors', listOption, [])
    .option('--files <root>', 'compare the files that were checked with their hashes')
    .option('--require-timestamp', 'ask for the time as well, from an authority on the list', false)
    .option('--json', 'print JSON', false)
    .action(async (folder: string, flags: VerifyEvidenceFlags) => {
      const { verifyEvidence } = await import('../../check/index.js');
      const lists = await trustLists(io, flags.trust);
      const verdict = await verifyEvidence(folder, {
        ...(lists.length === 0
          ? {}
          : { anchorsPem: lists.map(({ anchorsPem }) => anchorsPem).join('\n') }),
        ...(flags.files === undefined ? {} : { root: flags.files }),
      });
      if (flags.json) io.out(toJson(verdict));
      else io.out(render(verdict));
      const { problems, trusted, timestamp } = verdict;
      const believed = trusted && (!flags.requireTimestamp || timestamp?.trusted === true);
      done(problems.length > 0 ? EXIT.violated : believed ? EXIT.satisfied : EXIT.untrusted);
    });
}

function render(verdict: EvidenceVerdict): string {
  const { problems, trusted, signer, time, timestamp, exitCode, subjects } = verdict;
  const lines = [
    `Signed by ${printable(signer, 300)} (${trusted ? 'trusted' : 'on no trust list in use'})`,
    `Check of ${printable(time)}: ${subjects} files, exit code ${exitCode}`,
    timeLine(timestamp),
    ...problems.map((problem) => `  ${problem}`),
    problems.length === 0
      ? 'Nothing was changed since.'
      : 'This is not the evidence that was signed.',
  ];
  return `${lines.join('\n')}\n`;
}

function timeLine(timestamp: EvidenceVerdict['timestamp']): string {
  if (timestamp === null) return "The time is the signer's own word: there is no timestamp.";
  const { time, authority, trusted } = timestamp;
  const stamped = `stamped ${time} by ${printable(authority, 300)}`;
  return trusted
    ? `The time is proved: ${stamped}.`
    : `The time is unproved: ${stamped}, on no trust list in use.`;
}
