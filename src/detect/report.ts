/**
 * The report: one shape for the library, `--json`, HTTP and checks (docs/architecture.md). Additive under
 * one `schemaVersion`; a layer that did not run is absent, never invented.
 */
import type { CredentialsReport, RubricReport } from '../c2pa/index.js';
import type { ExtractResult } from '../watermark/index.js';
import type { Evidence, EvidenceStrength } from './evidence.js';
import type { PixelsReport } from './pixels-report.js';

export const REPORT_SCHEMA_VERSION = '1';

/** Never "real": absence of evidence is not evidence of a camera. */
export type VerdictState =
  | 'ai-generated'
  | 'ai-edited'
  | 'likely-ai'
  | 'inconclusive'
  | 'no-ai-evidence'
  | 'camera-captured';

export interface Verdict {
  state: VerdictState;
  /** Probability in 0..1 that the image is synthetic, given `prior` and the evidence. */
  score: number;
  /** Prior probability that went into `score`. */
  prior: number;
  /** Strength of the best evidence behind `state`; null when there is none. */
  strength: EvidenceStrength | null;
  /** How often the deciding evidence errs, where that is known: a proved bound for marks, measured for `statistical`. */
  falsePositiveRate: number | null;
  summary: string;
  /** What evidence would change this verdict. */
  wouldChange: string[];
}

/** Evidence that disagrees; it lowers certainty and is always shown. */
export interface Clash {
  id: string;
  message: string;
  /** Ids of the evidence in conflict. */
  between: string[];
}

export type FindingLevel = 'error' | 'warning' | 'note';

/** A fact for policies and CI: stable rule id (docs/findings/), level, and the C2PA code if any. */
export interface Finding {
  ruleId: string;
  level: FindingLevel;
  message: string;
  code: string | null;
  where: string;
}

/** A manifest that the registry associates with an image. */
export interface RegistryAssociation {
  manifestId: string;
  /** When it was registered, RFC 3339. */
  time: string;
  signer: string | null;
  /** Differing bits of 256 between the fingerprints, null where there is nothing to compare. */
  distance: number | null;
  /** 0..100, the share of equal bits. */
  similarity: number | null;
  statement: string;
}

export interface WatermarkReport {
  /**
   * The own mark comes first, found or not, then with `deep` the one in the noise, whose payload is the number of its pattern (three
   * hex digits); `dwtDct.<family>` is a public mark of another generator.
   */
  alg: string;
  /**
   * `verified`: intact credentials declare this very payload. `detected`: decoded within the false
   * positive bound. `none`: not found.
   */
  status: 'verified' | 'detected' | 'none';
  /** True when the payload was not read blind: credentials declare it, and the pixels were asked for it. */
  targeted: boolean;
  payload: string | null;
  /** What the issuer of the payload says about the image; only as trustworthy as the key. */
  origin: 'generated' | 'edited' | 'unstated' | null;
  /** Null when nothing was found, and for marks that need no key. */
  keyId: string | null;
  /** Upper bound on the probability of this reading, blind or targeted, on an unmarked image. */
  pValue: number;
  geometry: ExtractResult['geometry'];
  /** What the registry associates with the payload; null when it was not asked, or knows nothing. */
  registry: { association: 'associated'; matches: RegistryAssociation[] } | null;
  /** Present when only the likeliest changes of the image were searched for: `none` then means less. */
  search?: 'fast';
}

export interface MetadataItem {
  name: string;
  value: string;
  where: string;
}

export interface MetadataReport {
  /** What tools wrote about themselves. */
  system: MetadataItem[];
  /** Names, places, serial numbers: only counted unless `includePersonal` is set. */
  personal: MetadataItem[] | { redacted: number };
}

export interface FileFacts {
  path: string | null;
  sha256: string;
  mime: string;
  /** Pixels as displayed, after EXIF orientation; null when the pixels cannot be decoded. */
  width: number | null;
  height: number | null;
  bytes: number;
}

export interface Report {
  schemaVersion: typeof REPORT_SCHEMA_VERSION;
  tool: { name: string; version: string; engines: Record<string, string> };
  file: FileFacts;
  /** RFC 3339 time at which certificates were judged. */
  validationTime: string;
  verdict: Verdict;
  credentials: CredentialsReport;
  /** Present when a rubric was asked for. */
  rubric?: RubricReport;
  watermarks: WatermarkReport[];
  metadata: MetadataReport;
  /** Classifier and forensics; absent when neither ran. */
  pixels?: PixelsReport;
  evidence: Evidence[];
  clashes: Clash[];
  findings: Finding[];
  /** Milliseconds by stage. */
  timings: Record<string, number>;
}
