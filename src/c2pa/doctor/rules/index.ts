/** All rules, in the order in which their findings are told. */
import type { CertificateRule } from '../rule.js';
import { CHAIN_RULES } from './chain.js';
import { FILE_RULES } from './file.js';
import { KEY_RULES } from './keys.js';
import { PRIVATE_KEY_RULES } from './private-key.js';
import { STRUCTURE_RULES } from './structure.js';
import { USAGE_RULES } from './usage.js';

export const CERTIFICATE_RULES: readonly CertificateRule[] = [
  ...FILE_RULES,
  ...CHAIN_RULES,
  ...STRUCTURE_RULES,
  ...KEY_RULES,
  ...USAGE_RULES,
  ...PRIVATE_KEY_RULES,
];
