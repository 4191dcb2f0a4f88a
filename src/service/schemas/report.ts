/**
 * The report as OpenAPI tells it. The library's type is the contract (detect/report.ts); what it may grow by is
 * left open, and a test holds real reports against this.
 */
import { z } from 'zod';

const strength = z.enum(['cryptographic', 'structural', 'declared', 'statistical', 'hint']);

export const verdict = z
  .looseObject({
    state: z
      .enum([
        'ai-generated',
        'ai-edited',
        'likely-ai',
        'inconclusive',
        'no-ai-evidence',
        'camera-captured',
      ])
      .meta({ description: 'Never "real": absence of evidence is not evidence of a camera' }),
    score: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: 'Probability that the image is synthetic' }),
    prior: z.number().min(0).max(1),
    strength: strength.nullable(),
    falsePositiveRate: z.number().nullable(),
    summary: z.string(),
    wouldChange: z.array(z.string()),
  })
  .meta({ id: 'Verdict' });

const evidence = z
  .looseObject({
    id: z.string(),
    layer: z.string(),
    finding: z.string(),
    strength,
    claim: z.string().nullable(),
    llr: z.number(),
    spoofable: z.boolean(),
    where: z.string(),
    explain: z.string(),
  })
  .meta({ id: 'Evidence' });

const credentials = z
  .looseObject({
    presence: z.enum(['embedded', 'remote', 'sidecar', 'recovered', 'absent', 'malformed']),
    integrity: z.enum(['intact', 'altered', 'unknown']),
    signer: z.looseObject({ status: z.string() }).nullable(),
    claim: z.looseObject({}).nullable(),
    codes: z.looseObject({
      success: z.array(z.string()),
      informational: z.array(z.string()),
      failure: z.array(z.string()),
    }),
  })
  .meta({ id: 'Credentials' });

const watermark = z
  .looseObject({
    alg: z.string(),
    status: z.enum(['verified', 'detected', 'none']),
    payload: z.string().nullable(),
    pValue: z.number(),
    geometry: z.looseObject({}).nullable(),
  })
  .meta({ id: 'Watermark' });

export const report = z
  .looseObject({
    schemaVersion: z.literal('1'),
    tool: z.looseObject({ name: z.string(), version: z.string() }),
    file: z.looseObject({
      path: z.string().nullable(),
      sha256: z.string(),
      mime: z.string(),
      width: z.number().nullable(),
      height: z.number().nullable(),
      bytes: z.number(),
    }),
    validationTime: z.iso.datetime(),
    verdict,
    credentials,
    watermarks: z.array(watermark),
    metadata: z.looseObject({}),
    evidence: z.array(evidence),
    clashes: z.array(
      z.looseObject({ id: z.string(), message: z.string(), between: z.array(z.string()) }),
    ),
    findings: z.array(
      z.looseObject({
        ruleId: z.string(),
        level: z.enum(['error', 'warning', 'note']),
        message: z.string(),
        code: z.string().nullable(),
        where: z.string(),
      }),
    ),
    timings: z.record(z.string(), z.number()),
    heatmapPng: z.base64().nullable().optional().meta({
      description:
        'Where the watermark stands out, when it was asked for; null without a watermark',
    }),
  })
  .meta({ id: 'Report' });
