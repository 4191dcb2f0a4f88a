/** What the doctor found, for people. Every string of the file is escaped. */
import colours from 'picocolors';
import { printable } from '../../core/index.js';
import type { CertificateFinding, ChainCertificate, ChainReport } from '../../provenance/index.js';

const PURPOSE = { sign: 'signing', timestamp: 'timestamps' };

/** Several lines, ending in a line break. */
export function renderChain(path: string, report: ChainReport, colour: boolean): string {
  const paint = colours.createColors(colour);
  const { certificates, findings, purpose, validationTime } = report;
  const lines = [
    `${paint.bold(printable(path))}  ${count(certificates.length, 'certificate')} for ${PURPOSE[purpose]}, judged at ${validationTime}`,
    ...certificates.flatMap(describe),
  ];
  const colourOf = { error: paint.red, warning: paint.yellow, note: paint.dim };
  for (const finding of findings) {
    const { level, rule, fix, spec } = finding;
    lines.push(
      '',
      `${colourOf[level](`${level} ${rule}`)}${place(finding)}`,
      `  ${printable(finding.message, 600)}`,
      `  fix: ${fix}`,
      `  see: ${spec}`,
    );
  }
  lines.push('', summary(findings));
  return `${lines.join('\n')}\n`;
}

function describe(certificate: ChainCertificate): string[] {
  const { position, role, subject, key, signature, purposes, notBefore, notAfter } = certificate;
  const facts = [
    key,
    `signed with ${signature}`,
    ...purposes,
    `${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}`,
  ];
  return [
    `  ${position}  ${role.padEnd(12)}  ${printable(subject)}`,
    `     ${''.padEnd(12)}  ${printable(facts.join(', '))}`,
  ];
}

const place = ({ certificate }: CertificateFinding): string =>
  certificate === null ? '' : `, certificate ${certificate}`;

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;

function summary(findings: readonly CertificateFinding[]): string {
  const of = (wanted: CertificateFinding['level']): number =>
    findings.filter(({ level }) => level === wanted).length;
  const [errors, warnings] = [of('error'), of('warning')];
  if (errors + warnings === 0) return 'No rule is broken.';
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
}
