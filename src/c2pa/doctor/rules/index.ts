/** All rules, in the order in which their findings are told. */
import type { CertificateRule } from '../rule.js';
import { EXTENSION_RULES } from './extensions.js';
import { FILE_RULES } from './file.js';
import { ISSUER_RULES } from './issuers.js';
import { KEY_RULES } from './keys.js';
import { ORDER_RULES } from './order.js';
import { PRIVATE_KEY_RULES } from './private-key.js';
import { STRUCTURE_RULES } from './structure.js';
import { USAGE_RULES } from './usage.js';

export const CERTIFICATE_RULES: readonly CertificateRule[] = [
  ...FILE_RULES,
  ...ORDER_RULES,
  ...ISSUER_RULES,
  ...STRUCTURE_RULES,
  ...KEY_RULES,
  ...USAGE_RULES,
  ...EXTENSION_RULES,
  ...PRIVATE_KEY_RULES,
];
