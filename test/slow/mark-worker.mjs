/** Marks a picture again and again and says each manifest's id once its mark is done. Arguments: registry, picture, certificates. */
import { readFileSync } from 'node:fs';
import { ensureDevCertificates, mark, openRegistry } from '../../dist/index.js';

const [path, picture, certificates] = process.argv.slice(2);
const image = readFileSync(picture);
const registry = await openRegistry(path);
const issuer = { ...(await ensureDevCertificates(certificates)), registry };
for (;;) {
  const { manifestId, watermark } = await mark(image, issuer);
  process.stdout.write(`${JSON.stringify({ id: manifestId, payload: watermark.payload })}\n`);
}
