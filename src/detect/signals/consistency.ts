/**
 * Facts that a file states about itself against each other: sizes and dates. Contradictions point to copied metadata
 * or to a crop; both are ordinary enough to be hints, so they are listed as clashes and never decide.
 */
import type { CredentialsReport } from '../../c2pa/index.js';
import type { Evidence } from '../evidence.js';
import type { MetadataView } from './metadata/view.js';

export interface ConsistencyFacts {
  view: Pick<MetadataView, 'text' | 'exif' | 'exifWhere'>;
  /** Pixels as displayed. */
  width: number;
  height: number;
  credentials: Pick<CredentialsReport, 'signer' | 'integrity'>;
  /** When the file is judged. */
  at: Date;
}

/** @param evidence what was found so far: a contradiction of nothing that counts is not worth telling. */
export function consistencyEvidence(
  facts: ConsistencyFacts,
  evidence: readonly Evidence[],
): Evidence[] {
  return [...sizeContradictions(facts, evidence), ...dateContradictions(facts, evidence)];
}

/**
 * A thumbnail that shows something else speaks against the metadata that it came with: that is about the picture as it
 * was.
 */
export function withThumbnailClash(evidence: readonly Evidence[]): Evidence[] {
  const about = unique(
    evidence.filter(({ layer, claim }) => layer === 'metadata' && claim !== null),
  );
  return evidence.map((item) =>
    item.id === 'forensics.thumbnail' ? { ...item, contradicts: about } : item,
  );
}

/** The settings line of Stable Diffusion front ends says which size was made; `Hires upscale` what came of it. */
const SIZE = /\bSize: (\d{2,5})x(\d{2,5})\b/;
const MAX_TEXT = 64 * 1024;
/** Shares of the aspect ratio that rounding to whole latent cells (8 or 64 pixels) may cost. */
const ASPECT_SLACK = 0.04;

function sizeContradictions(
  { view, width, height }: ConsistencyFacts,
  evidence: readonly Evidence[],
): Evidence[] {
  const comment = view.exif.get('UserComment');
  const texts = [
    ...view.text,
    ...(comment === undefined
      ? []
      : [{ value: comment, where: `${view.exifWhere ?? 'exif'} UserComment` }]),
  ];
  for (const { value, where } of texts) {
    const match = SIZE.exec(value.slice(-MAX_TEXT));
    if (match === null) continue;
    const [w, h] = [Number(match[1]), Number(match[2])];
    // A picture of the same shape was merely scaled, by the tool itself or later.
    if (Math.abs((width * h) / (height * w) - 1) <= ASPECT_SLACK) continue;
    const about = evidence.filter(
      (item) => item.layer === 'metadata' && item.claim !== null && item.where === where,
    );
    if (about.length === 0) continue;
    return [
      hint({
        id: 'metadata.size-contradiction',
        finding: `The settings are about a picture of ${w}x${h}, this one is ${width}x${height}`,
        where,
        explain: 'The picture was cropped or extended since, or the settings are those of another.',
        contradicts: unique(about),
      }),
    ];
  }
  return [];
}

/** Clocks of cameras know no time zone. */
const DAY = 24 * 60 * 60 * 1000;

function dateContradictions(
  { view, credentials, at }: ConsistencyFacts,
  evidence: readonly Evidence[],
): Evidence[] {
  const taken = exifTime(view.exif.get('DateTimeOriginal'));
  const camera = evidence.filter(
    ({ layer, claim }) => layer === 'metadata' && claim === 'camera-captured',
  );
  if (taken === null || camera.length === 0) return [];
  const { signer, integrity } = credentials;
  const stamped =
    signer?.timestampTrusted === true && integrity === 'intact' && signer.timestamp !== null
      ? Date.parse(signer.timestamp)
      : NaN;
  const later: [number, string][] = [
    [at.getTime(), 'now'],
    [exifTime(view.exif.get('ModifyDate')) ?? NaN, 'the last change that its metadata tells of'],
    [stamped, 'its trusted timestamp'],
  ];
  return later
    .filter(([time]) => taken > time + DAY)
    .slice(0, 1)
    .map(([, what]) =>
      hint({
        id: 'metadata.date-contradiction',
        finding: `The camera's date, ${new Date(taken).toISOString().slice(0, 10)}, is later than ${what}`,
        where: `${view.exifWhere ?? 'exif'} DateTimeOriginal`,
        explain: "The camera's clock was wrong, or its tags were written or copied by hand.",
        contradicts: unique(camera),
      }),
    );
}

/** EXIF 2.32 §4.6.5: `YYYY:MM:DD HH:MM:SS`, read as UTC; null for anything else, an unset clock included. */
function exifTime(text: string | undefined): number | null {
  const match = /^(\d{4}):(\d{2}):(\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text ?? '');
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second);
  return year === 0 || Number.isNaN(time) ? null : time;
}

function hint(
  found: Pick<Evidence, 'id' | 'finding' | 'where' | 'explain' | 'contradicts'>,
): Evidence {
  return { ...found, layer: 'metadata', strength: 'hint', claim: null, llr: 0, spoofable: true };
}

const unique = (evidence: readonly Evidence[]): string[] => [
  ...new Set(evidence.map(({ id }) => id)),
];
