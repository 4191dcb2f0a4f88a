/** A report on an image, with what the registry associates with it. The verdict stays what the image itself says. */
import { printable } from '../core/index.js';
import type { Evidence, Finding, RegistryAssociation, Report } from '../detect/index.js';
import type { ImageLimits } from '../image/index.js';
import { decodeImage, fingerprintVariants, ImageError } from '../image/index.js';
import type { Fingerprint } from '../image/index.js';
import type { Registry } from '../registry/index.js';
import { WATERMARK_ALG } from '../watermark/index.js';
import type { RegistryMatch } from './lookup.js';
import { lookUp } from './lookup.js';
import { recoveredCredentials } from './recover.js';

export interface RecoverReportOptions {
  trust?: Parameters<typeof recoveredCredentials>[3]['trust'];
  validationTime?: Date;
  limits?: Partial<ImageLimits>;
  includePersonal?: boolean;
}

/**
 * Fills `watermarks[].registry`. Where the file has no credentials of its own, those of the best match are read and
 * held against it: `credentials.presence` is then `recovered`.
 *
 * @throws RegistryError
 */
export async function withRecovered(
  report: Report,
  bytes: Uint8Array,
  registry: Registry,
  options: RecoverReportOptions,
): Promise<Report> {
  const own = report.watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  const payload = own?.payload ?? null;
  const matches = await lookUp(registry, {
    sha256: report.file.sha256,
    payload,
    variants: await variantsOf(bytes, options.limits),
  });
  const [best] = matches;
  if (best === undefined) return report;
  const byMark = payload !== null && best.by !== 'fingerprint';
  const watermarks = report.watermarks.map((mark) =>
    mark === own && byMark
      ? { ...mark, registry: { association: 'associated' as const, matches: matches.map(shown) } }
      : mark,
  );
  const found = { ...report, watermarks, evidence: [...report.evidence, evidenceOf(best)] };
  const manifest =
    report.credentials.presence === 'absent' ? await registry.readManifest(best.record.id) : null;
  if (manifest === null) return found;
  const credentials = await recoveredCredentials(bytes, report.file.mime, manifest, options);
  return {
    ...found,
    credentials: options.includePersonal === true ? credentials : { ...credentials, store: null },
    findings: [
      ...report.findings.filter(({ ruleId }) => ruleId !== 'IM101'),
      recoveredFinding(best, credentials.integrity === 'intact'),
    ],
  };
}

async function variantsOf(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> | undefined,
): Promise<Fingerprint[]> {
  try {
    return await fingerprintVariants((await decodeImage(bytes, limits)).pixels);
  } catch (error) {
    // The report says already that the pixels cannot be decoded.
    if (error instanceof ImageError) return [];
    throw error;
  }
}

function shown({ record, distance, similarity, statement }: RegistryMatch): RegistryAssociation {
  const { id: manifestId, time, signer } = record;
  return { manifestId, time, signer, distance, similarity, statement };
}

function evidenceOf({ by, record, statement }: RegistryMatch): Evidence {
  const origin = record.origin === null ? '' : `, origin ${record.origin}`;
  return {
    id: `registry.${by}`,
    layer: 'registry',
    finding: `The registry knows manifest ${printable(record.id, 80)} of ${record.time.slice(0, 10)}${origin}: ${statement}`,
    strength: by === 'fingerprint' ? 'hint' : 'declared',
    claim: null,
    // What the pixels carry counts as the watermark already; a likeness is no origin.
    llr: 0,
    spoofable: true,
    where: 'registry',
    explain:
      'A registry associates images with manifests. Nothing in it proves that a manifest is about these pixels.',
  };
}

const HOW = {
  file: 'the hash of the file',
  watermark: 'the watermark',
  fingerprint: 'the likeness of the picture',
} as const;

function recoveredFinding({ by }: RegistryMatch, bound: boolean): Finding {
  const message = bound
    ? 'Content Credentials were recovered from the registry, and their hash is that of this file'
    : `Content Credentials were recovered from the registry, associated by ${HOW[by]}; nothing binds them to this file`;
  return { ruleId: 'IM105', level: 'note', message, code: null, where: 'registry' };
}
