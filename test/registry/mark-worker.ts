/** Marks one picture after another and says each manifest's id once its mark is done. Arguments: registry, first number. */
import { dirname, join } from 'node:path';
import { ensureDevCertificates, mark, openRegistry } from '../../src/provenance/index.js';
import { encodeImage } from '../../src/image/index.js';
import { texturedPicture } from '../support/picture.js';

const [path, from] = process.argv.slice(2);
const registry = await openRegistry(path!);
const issuer = await ensureDevCertificates(join(dirname(path!), 'certificates'));
for (let n = Number(from); ; n++) {
  const image = await encodeImage(texturedPicture(256, 256, n), { format: 'png' });
  const { manifestId, watermark } = await mark(image, { ...issuer, registry });
  process.stdout.write(`${JSON.stringify({ id: manifestId, payload: watermark.payload })}\n`);
}
