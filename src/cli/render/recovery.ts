/** `recover` for people. Every string of the registry is escaped: it may hold other people's records. */
import { printable } from '../../core/index.js';
import type { Recovery, RegistryMatch } from '../../provenance/index.js';

const LABEL = 12;
const row = (label: string, text: string): string => `${label.padEnd(LABEL)}${text}`;

export function renderRecovery(name: string, recovery: Recovery): string {
  const { file, watermark, fingerprint, matches, credentials } = recovery;
  const lines = [
    `${printable(name)}  ${file.width}x${file.height} ${file.mime}`,
    '',
    row(
      'Watermark',
      watermark === null
        ? 'none found'
        : `${watermark.payload}, key ${printable(watermark.keyId ?? 'none')}, chance <= ${watermark.pValue.toExponential(0)}`,
    ),
    row('Fingerprint', `${fingerprint.hash} (PDQ, quality ${fingerprint.quality})`),
  ];
  const [best, ...others] = matches;
  if (best === undefined) {
    lines.push(row('Registry', 'knows nothing that is associated with this image'));
    return `${lines.join('\n')}\n`;
  }
  lines.push('', ...matchLines(best));
  if (credentials !== null) {
    const { signer, integrity, claim, problem } = credentials;
    const by = signer === null ? 'unknown' : printable(signer.subject ?? 'unnamed', 100);
    lines.push(
      row('Manifest', `signer ${signer?.status ?? 'unknown'}: ${by}`),
      row('', `by ${printable(claim?.generator ?? 'unknown software', 60)}`),
      row(
        'Binding',
        integrity === 'intact'
          ? 'the hash in the manifest is that of this file'
          : integrity === 'altered'
            ? 'the stored manifest is broken'
            : (problem ?? 'unknown'),
      ),
    );
  }
  if (others.length > 0) {
    lines.push('', `${others.length} more`);
    for (const { record, statement } of others) {
      lines.push(`  ${printable(record.id)}  ${printable(record.time)}`, `    ${statement}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function matchLines({ record, statement, similarity }: RegistryMatch): string[] {
  const { id, time, signer, origin, asset } = record;
  const size = asset === null || asset.width === null ? '' : ` ${asset.width}x${asset.height}`;
  return [
    row('Associated', printable(id)),
    row('', `${statement}${similarity === null ? '' : `; similarity ${similarity} of 100`}`),
    row('Registered', `${printable(time)}, ${printable(signer ?? 'unknown signer', 100)}`),
    row(
      '',
      `origin ${origin ?? 'not stated'}${asset === null ? '' : `, ${printable(asset.mime)}${size}`}`,
    ),
  ];
}
