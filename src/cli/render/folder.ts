/** `imprint models check` in words. */
import { printable } from '../../core/index.js';
import type { FolderPart, FolderReport } from '../../provenance/index.js';

const STATES: Record<FolderPart['state'], string> = {
  ok: 'ok',
  absent: '-',
  missing: 'MISSING',
  unusable: 'UNUSABLE',
};

export function renderFolder(report: FolderReport): string {
  const { family, className, scheduler, parts, modes, memoryBytes, problems, isUsable } = report;
  const lines = [printable(report.dir)];
  if (family !== undefined)
    lines.push(`  ${family} (${className}), scheduler ${scheduler ?? 'unknown'}`);
  for (const { name, purpose, state, bytes, memoryBytes: memory, opset } of parts) {
    const facts = [
      ...(bytes === undefined ? [] : [`${size(bytes)} on the disk`]),
      ...(memory === undefined ? [] : [`${size(memory)} in memory`]),
      ...(opset === undefined ? [] : [`operator set ${opset}`]),
    ];
    lines.push(`  ${STATES[state].padEnd(9)}${name.padEnd(24)} ${[purpose, ...facts].join(', ')}`);
  }
  if (memoryBytes > 0) {
    lines.push(
      `  Its weights take ${size(memoryBytes)} of memory; drawing takes more, the larger the picture.`,
    );
  }
  for (const problem of problems) lines.push(`  problem: ${problem}`);
  lines.push(isUsable ? `  It draws: ${modes.join(', ')}.` : '  It cannot be used as it is.');
  return `${lines.join('\n')}\n`;
}

function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
