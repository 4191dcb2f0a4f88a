/**
 * The report: what OpenAPI tells of it and docs/report.schema.json are both made from this. A test holds it to the
 * library's types (detect/report.ts), name by name, and real reports to it. The report may grow under one
 * `schemaVersion`, so that unknown names are no error to a reader.
 */
import { z } from 'zod';
import { credentials, rubric } from './report-credentials.js';
import { pixels, watermark } from './report-pixels.js';

const strength = z.enum(['cryptographic', 'structural', 'declared', 'statistical', 'hint']);

export const verdict = z
  .object({
    state: z
      .enum([
        'ai-generated',
        'ai-edited',
        'likely-ai',
        'inconclusive',
        'no-ai-evidence',
        'camera-captured',
      ])
      .describe('Never "real": absence of evidence is not evidence of a camera'),
    score: z.number().min(0).max(1).describe('Probability that the image is synthetic'),
    prior: z.number().min(0).max(1).describe('Prior probability that went into the score'),
    strength: strength.nullable().describe('Of the best evidence behind the state'),
    falsePositiveRate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('How often the deciding evidence errs, where that is known'),
    summary: z.string(),
    wouldChange: z.array(z.string()).describe('What evidence would change this verdict'),
  })
  .meta({ id: 'Verdict' });

const evidence = z
  .object({
    id: z.string().describe('Stable name, layer.what'),
    layer: z.enum(['credentials', 'watermark', 'metadata', 'classifier', 'forensics', 'registry']),
    finding: z.string(),
    strength,
    claim: z.enum(['ai-generated', 'ai-edited', 'camera-captured']).nullable(),
    llr: z.number().describe('Natural-log likelihood ratio, synthetic against not synthetic'),
    spoofable: z.boolean().describe('Anyone with an editor could have put it there'),
    where: z.string(),
    explain: z.string(),
    vendor: z.string().optional(),
    falsePositiveRate: z.number().min(0).max(1).optional(),
    contradicts: z.array(z.string()).optional(),
    abstains: z.boolean().optional(),
  })
  .meta({ id: 'Evidence' });

const metadataItem = z
  .object({ name: z.string(), value: z.string(), where: z.string() })
  .meta({ id: 'MetadataItem' });

export const libraryReport = z.object({
  schemaVersion: z.literal('1'),
  tool: z.object({
    name: z.string(),
    version: z.string(),
    engines: z.record(z.string(), z.string()),
  }),
  file: z.object({
    path: z.string().nullable(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    mime: z.string(),
    width: z.int().min(1).nullable().describe('Pixels as displayed; null when not decodable'),
    height: z.int().min(1).nullable(),
    bytes: z.int().min(0),
  }),
  validationTime: z.iso.datetime().describe('When certificates were judged'),
  verdict,
  credentials,
  rubric: rubric.optional(),
  watermarks: z.array(watermark).describe('The own mark comes first, found or not'),
  metadata: z.object({
    system: z.array(metadataItem).describe('What tools wrote about themselves'),
    personal: z
      .union([z.array(metadataItem), z.object({ redacted: z.int().min(0) })])
      .describe('Names, places, serial numbers: only counted unless asked for'),
  }),
  pixels: pixels.optional(),
  evidence: z.array(evidence).describe('Strongest first'),
  clashes: z
    .array(z.object({ id: z.string(), message: z.string(), between: z.array(z.string()) }))
    .describe('Evidence that disagrees'),
  findings: z.array(
    z.object({
      ruleId: z.string().regex(/^IM\d{3}$/),
      level: z.enum(['error', 'warning', 'note']),
      message: z.string(),
      code: z.string().nullable(),
      where: z.string(),
    }),
  ),
  timings: z.record(z.string(), z.number()).describe('Milliseconds by stage'),
});

export const report = libraryReport
  .extend({
    heatmapPng: z.base64().nullable().optional().meta({
      description:
        'Where the watermark stands out, when it was asked for; null without a watermark',
    }),
  })
  .meta({ id: 'Report' });
