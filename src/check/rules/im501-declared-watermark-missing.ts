import { defineRule, reported } from './rule.js';

export const declaredWatermarkMissing = defineRule({
  id: 'IM501',
  name: 'declared-watermark-missing',
  title: 'Declared watermark not found',
  level: 'warning',
  exit: 2,
  what: 'Intact credentials declare a watermark, and the pixels do not show it: it was not read blind with any key that was given. A mark too faint for that is also asked for by its payload, which needs about 4 dB less: under every key when the signer is trusted, else under secret keys only. Under the public key a stranger can choose a payload that fits any picture.',
  why: 'The second of the two marks that the Code of Practice asks for is not there, and once the credentials are stripped nothing is left.',
  fix: 'If the mark was made with a secret key, give that key (`--watermark-key`). Otherwise the mark was too weak when the image was signed, or the credentials describe a picture that was damaged before it was signed.',
  file: (subject) => reported(subject, 'IM501'),
});
