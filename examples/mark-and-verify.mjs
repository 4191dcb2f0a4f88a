import { createInspector, ensureDevCertificates, mark, readImageFile } from 'imprint';

const issuer = await ensureDevCertificates('./certificates');
const marked = await mark(await readImageFile(process.argv[2] ?? 'photo.jpg'), issuer);

const lists = [{ name: 'dev', anchorsPem: issuer.anchorsPem }];
const report = await createInspector({ trust: { lists } }).inspect(marked.bytes);
console.log(report.credentials.signer?.status); // trusted
console.log(report.watermarks[0]?.status); // verified: the pixels carry what the credentials declare
