/** Which certificates stand in the file and in which order, RFC 9360 section 2. */
import type { CertificateRule } from '../rule.js';
import { eachOf } from '../rule.js';

const ORDER = 'RFC 9360 §2';

export const ORDER_RULES: readonly CertificateRule[] = [
  {
    id: 'leaf-is-ca',
    level: 'error',
    title: 'The signing certificate is a CA',
    spec: 'C2PA 2.4 §14.5.1',
    fix: 'Let the CA issue a certificate for signing, with `basicConstraints=CA:false`, and put that one first.',
    check: eachOf(['leaf'], ({ isCa }) => (isCa ? 'its basic constraints say CA:true' : null)),
  },
  {
    id: 'leaf-self-signed',
    level: 'error',
    title: 'The signing certificate is self-signed',
    spec: 'C2PA 2.4 §14.5.1',
    fix: 'Make a CA and let it issue the certificate (`openssl x509 -req -CA ca.pem -CAkey ca.key ...`); for trying things out: `imprint certs dev`.',
    check: eachOf(['leaf'], ({ selfIssued }) =>
      selfIssued ? 'its issuer is its own subject' : null,
    ),
  },
  {
    id: 'chain-duplicate',
    level: 'error',
    title: 'A certificate stands twice',
    spec: ORDER,
    fix: 'Leave each certificate in the file once.',
    check: ({ copies }) =>
      copies.map(({ position }) => ({
        certificate: position,
        message: 'it stands earlier in the file',
      })),
  },
  {
    id: 'chain-order',
    level: 'error',
    title: 'The certificates are in the wrong order',
    spec: ORDER,
    fix: 'Put the signing certificate first and after each certificate the one that issued it: `cat leaf.pem intermediate.pem > chain.pem`.',
    check: ({ path }) => {
      const order = path.map(({ position }) => position);
      const sorted = [...order].sort((a, b) => a - b);
      return order.every((position, index) => position === sorted[index])
        ? []
        : [{ certificate: null, message: `the order should be ${order.join(', ')}` }];
    },
  },
  {
    id: 'chain-gap',
    level: 'error',
    title: 'A certificate between is missing',
    spec: ORDER,
    fix: 'Add the missing intermediate certificate; CAs publish theirs, and `openssl x509 -in leaf.pem -noout -ext authorityInfoAccess` says where.',
    check: ({ path, stray }) => {
      const last = path.at(-1);
      if (last === undefined || last.selfIssued || !stray.some(({ isCa }) => isCa)) return [];
      const message = `its issuer "${last.issuer.text}" is not in the file, though other CAs are`;
      return [{ certificate: last.position, message }];
    },
  },
  {
    id: 'chain-unrelated',
    level: 'warning',
    title: 'A certificate does not belong to the chain',
    spec: ORDER,
    fix: 'Remove it from the file: it certifies nothing here.',
    check: ({ path, stray }) => {
      // CAs beyond a gap are told by chain-gap.
      const gap = path.at(-1)?.selfIssued === false;
      return stray
        .filter(({ isCa }) => !(gap && isCa))
        .map(({ position, subject }) => ({
          certificate: position,
          message: `"${subject.text}" issued none of the others`,
        }));
    },
  },
  {
    id: 'chain-root-included',
    level: 'note',
    title: 'The root is in the chain',
    spec: 'RFC 5280 §6.1',
    fix: 'Nothing must be done: imprint leaves it out when it signs. Other tools may want it removed from the file.',
    check: ({ path }) => {
      const last = path.at(-1);
      if (last?.selfIssued !== true || path.length === 1) return [];
      const message = 'validators have it themselves or do not trust it';
      return [{ certificate: last.position, message }];
    },
  },
];
