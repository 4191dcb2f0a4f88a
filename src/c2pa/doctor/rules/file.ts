/** Rules about the file: is it a PEM chain at all? RFC 7468. */
import type { Breach, CertificateRule, Examination } from '../rule.js';

export const CERTIFICATE_LABEL = 'CERTIFICATE';
/** As createPemSigner has it. */
const MAX_CHAIN = 10;
const PEM_SPEC = 'RFC 7468 §5';

const labelsOf = ({ file }: Examination): string[] =>
  file.form === 'pem' ? file.blocks.map(({ label }) => label) : [];
const isKey = (label: string): boolean => label.endsWith('PRIVATE KEY');
const isRequest = (label: string): boolean => label.endsWith('CERTIFICATE REQUEST');
const isCertificate = (label: string): boolean => label === CERTIFICATE_LABEL;
const ofFile = (message: string): Breach[] => [{ certificate: null, message }];

export const FILE_RULES: readonly CertificateRule[] = [
  {
    id: 'file-empty',
    level: 'error',
    title: 'The file is empty',
    spec: PEM_SPEC,
    fix: 'Give the PEM file that the CA sent: the signing certificate first, then each issuer, without the root.',
    check: ({ file }) => (file.form === 'empty' ? ofFile('the file holds nothing') : []),
  },
  {
    id: 'file-der',
    level: 'error',
    title: 'The file is DER, not PEM',
    spec: PEM_SPEC,
    fix: 'Convert it: `openssl x509 -inform DER -in chain.cer -out chain.pem`.',
    check: ({ file }) => (file.form === 'der' ? ofFile('one binary DER value, no PEM text') : []),
  },
  {
    id: 'file-not-pem',
    level: 'error',
    title: 'The file is neither PEM nor DER',
    spec: PEM_SPEC,
    fix: 'Look for the file with the line `-----BEGIN CERTIFICATE-----`; from a .p12: `openssl pkcs12 -in id.p12 -nokeys -out chain.pem`.',
    check: ({ file }) => (file.form === 'other' ? ofFile('no line that begins a PEM block') : []),
  },
  {
    id: 'file-cut-off',
    level: 'error',
    title: 'A PEM block is cut off',
    spec: PEM_SPEC,
    fix: 'Copy the file again, up to and with the line `-----END CERTIFICATE-----`.',
    check: ({ file }) =>
      file.form === 'pem' && file.cutOff > 0
        ? ofFile(`${file.cutOff} BEGIN line(s) without the END line that belongs to them`)
        : [],
  },
  {
    id: 'file-request',
    level: 'error',
    title: 'The file is a certificate signing request',
    spec: 'RFC 2986 §4',
    fix: 'Send the request to a CA and give the certificate that comes back; for trying things out: `imprint certs dev`.',
    check: (examination) => {
      const labels = labelsOf(examination);
      return labels.some(isRequest) && !labels.some(isCertificate)
        ? ofFile('a signing request and no certificate')
        : [];
    },
  },
  {
    id: 'file-no-certificate',
    level: 'error',
    title: 'The file holds no certificate',
    spec: PEM_SPEC,
    fix: 'Give the certificate chain here and the private key with `--key`; from PKCS#7: `openssl pkcs7 -print_certs -in chain.p7b -out chain.pem`.',
    check: (examination) => {
      const labels = labelsOf(examination);
      if (labels.length === 0 || labels.some((label) => isCertificate(label) || isRequest(label))) {
        return [];
      }
      return ofFile(`only ${[...new Set(labels)].join(', ')}`);
    },
  },
  {
    id: 'file-private-key',
    level: 'warning',
    title: 'A private key stands in the chain file',
    spec: 'RFC 9360 §2',
    fix: 'Keep the key in a file of its own with mode 0600: chains are handed round, keys are not.',
    check: (examination) => {
      const labels = labelsOf(examination);
      return labels.some(isKey) && labels.some(isCertificate)
        ? ofFile('a private key beside the certificates')
        : [];
    },
  },
  {
    id: 'file-other-block',
    level: 'warning',
    title: 'Something else stands in the chain file',
    spec: PEM_SPEC,
    fix: 'Leave nothing but CERTIFICATE blocks in the file; other tools may refuse it.',
    check: (examination) => {
      const labels = labelsOf(examination);
      const others = labels.filter((label) => !isCertificate(label) && !isKey(label));
      return others.length > 0 && labels.some(isCertificate)
        ? ofFile(`${[...new Set(others)].join(', ')} beside the certificates`)
        : [];
    },
  },
  {
    id: 'file-too-many',
    level: 'error',
    title: 'The chain is too long',
    spec: 'RFC 9360 §2',
    fix: 'Keep the leaf and the certificates between it and the root; a whole trust store is no chain.',
    check: (examination) => {
      const count = labelsOf(examination).filter(isCertificate).length;
      return count > MAX_CHAIN ? ofFile(`${count} certificates, at most ${MAX_CHAIN}`) : [];
    },
  },
  {
    id: 'certificate-unreadable',
    level: 'error',
    title: 'A certificate cannot be read',
    spec: 'RFC 5280 §4.1, X.690 §10',
    fix: 'Copy it again or ask the CA for it; what openssl says: `openssl x509 -in chain.pem -noout -text`.',
    check: ({ unreadable }) =>
      unreadable.map(({ position, reason }) => ({ certificate: position, message: reason })),
  },
];
