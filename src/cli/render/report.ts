/** The report for people: verdict, the reasons, what was not found. Every string of the file is escaped. */
import colours from 'picocolors';
import { printable } from '../../core/index.js';
import type { Report, VerdictState } from '../../provenance/index.js';
import { describeGeometry } from './geometry.js';
import { rubricLines } from './rubric.js';

const REASONS_SHOWN = 3;

const HEADLINE: Record<VerdictState, string> = {
  'ai-generated': 'AI-generated',
  'ai-edited': 'AI-edited',
  'likely-ai': 'likely AI',
  inconclusive: 'inconclusive',
  'no-ai-evidence': 'no AI evidence',
  'camera-captured': 'camera-captured',
};

type Palette = ReturnType<typeof colours.createColors>;

/** Several lines, ending in a line break. */
export function renderReport(report: Report, colour: boolean): string {
  const paint = colours.createColors(colour);
  const { file, verdict } = report;
  const name = file.path === null ? 'standard input' : printable(file.path);
  const lines = [
    `${paint.bold(name)}  ${file.width === null ? 'undecodable' : `${file.width}x${file.height}`} ${file.mime}, ${size(file.bytes)}`,
    '',
    row('Verdict', `${paint.bold(HEADLINE[verdict.state])}, score ${score(verdict.score)}`),
    row('', verdict.summary),
    row('Credentials', credentialsLine(report, paint)),
    ...claimLines(report),
    row('Watermark', watermarkLine(report)),
    ...geometryLines(report),
    row('Metadata', metadataLine(report)),
  ];
  const reasons = report.evidence.slice(0, REASONS_SHOWN);
  if (reasons.length > 0) {
    lines.push('', 'Reasons');
    reasons.forEach(({ finding, strength, where, explain }, index) => {
      lines.push(`  ${index + 1}. ${finding} [${strength}]`, `     ${where}: ${explain}`);
    });
  }
  for (const clash of report.clashes) lines.push('', paint.yellow(`Clash: ${clash.message}`));
  const shown = report.findings.filter(({ level }) => level !== 'note');
  if (shown.length > 0) lines.push('', 'Findings');
  for (const { ruleId, level, message, code } of shown) {
    const text = `  ${ruleId} ${level}: ${message}${code === null ? '' : ` (${printable(code, 80)})`}`;
    lines.push(level === 'error' ? paint.red(text) : paint.yellow(text));
  }
  if (report.rubric !== undefined) lines.push('', ...rubricLines(report.rubric, paint));
  lines.push('', `Would change this: ${verdict.wouldChange.join('; ')}.`);
  return `${lines.join('\n')}\n`;
}

function row(label: string, text: string): string {
  return `${label.padEnd(12)}${text}`;
}

/** Never 0 or 1: no evidence here proves that much. */
function score(value: number): string {
  if (value > 0.99) return '> 0.99';
  return value < 0.01 ? '< 0.01' : value.toFixed(2);
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function credentialsLine(report: Report, paint: Palette): string {
  const { credentials } = report;
  switch (credentials.presence) {
    case 'absent':
      return 'none';
    case 'remote':
      if (credentials.validationState === null) {
        return `kept elsewhere, not fetched: ${printable(credentials.remoteUrl ?? '')}`;
      }
      return signedLine(report, paint);
    case 'malformed':
      return paint.red(`unreadable: ${printable(credentials.problem ?? '')}`);
    case 'embedded':
    case 'sidecar':
    case 'recovered':
      return signedLine(report, paint);
  }
}

function signedLine({ credentials }: Report, paint: Palette): string {
  const { presence, integrity, signer } = credentials;
  const state = integrity === 'altered' ? paint.red(integrity) : integrity;
  if (signer === null) return `${presence}, ${state}; no signer`;
  const { status, subject, list, listDate, revocation } = signer;
  const issued = listDate === null ? '' : ` of ${listDate.slice(0, 10)}`;
  const vouched = list === null ? '' : ` (list ${printable(list, 80)}${issued})`;
  const staple =
    revocation.status === 'good'
      ? `, not revoked on ${revocation.at?.slice(0, 10)} (OCSP staple)`
      : '';
  return `${presence}, ${state}; signer ${status}: ${printable(subject ?? 'unnamed', 100)}${vouched}${staple}`;
}

function claimLines({ credentials }: Report): string[] {
  const { claim, signer } = credentials;
  if (claim === null) return [];
  const actions = claim.actions.map(({ action }) => printable(action.replace(/^c2pa\./, ''), 40));
  const lines = [
    row(
      '',
      `by ${printable(claim.generator ?? 'unknown software', 60)}: ${actions.slice(0, 6).join(', ')}`,
    ),
  ];
  if (claim.ingredients.length > 0) {
    const names = claim.ingredients
      .slice(0, 3)
      .map(({ title }) => printable(title ?? 'unnamed', 40));
    lines.push(row('', `from ${names.join(', ')}${claim.ingredients.length > 3 ? ', ...' : ''}`));
  }
  lines.push(
    row(
      '',
      signer?.timestamp == null ? 'no timestamp' : `timestamp ${printable(signer.timestamp)}`,
    ),
  );
  return lines;
}

function watermarkLine({ watermarks }: Report): string {
  if (watermarks.length === 0) return 'not looked for';
  const found = watermarks.filter(({ status }) => status !== 'none');
  if (found.length === 0) return 'none found';
  return found
    .map(({ alg, status, targeted, payload, origin, pValue, keyId }) => {
      const matches = targeted
        ? 'asked for as the credentials declare it'
        : status === 'verified'
          ? 'as the credentials declare'
          : 'found in the pixels';
      const how = keyId === null ? `public mark ${alg}` : `key ${keyId}`;
      return `${payload} (${origin}), ${matches}; ${how}, chance <= ${pValue.toExponential(0)}`;
    })
    .join('; ');
}

function geometryLines({ watermarks }: Report): string[] {
  const words = watermarks.map(({ geometry }) => geometry && describeGeometry(geometry));
  return words.flatMap((text) => (text ? [row('', `since it was marked: ${text}`)] : []));
}

function metadataLine({ metadata, evidence }: Report): string {
  const count = evidence.filter(({ layer }) => layer === 'metadata').length;
  const hidden = Array.isArray(metadata.personal)
    ? metadata.personal.length
    : metadata.personal.redacted;
  return `${metadata.system.length} fields${hidden === 0 ? '' : `, ${hidden} personal ${Array.isArray(metadata.personal) ? 'shown in --json' : 'hidden'}`}; ${count === 0 ? 'nothing about origin' : `${count} about origin`}`;
}
