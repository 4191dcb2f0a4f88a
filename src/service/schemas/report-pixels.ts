/** What was seen in the pixels: `watermarks` and `pixels` of the report (detect/report.ts, detect/pixels-report.ts). */
import { z } from 'zod';

const text = z.string().nullable();

const geometry = z
  .object({
    rotation: z.number().describe('Degrees clockwise since the image was marked'),
    scale: z.number(),
    aspect: z.number(),
    crop: z.object({ x: z.number(), y: z.number(), period: z.number() }).nullable(),
    flip: z.boolean(),
  })
  .meta({ id: 'Geometry' });

const association = z
  .object({
    manifestId: z.string(),
    time: z.string(),
    signer: text,
    distance: z.number().nullable(),
    similarity: z.number().nullable(),
    statement: z.string(),
  })
  .meta({ id: 'RegistryAssociation' });

export const watermark = z
  .object({
    alg: z.string(),
    status: z
      .enum(['verified', 'detected', 'none'])
      .describe('verified: intact credentials declare this very payload'),
    targeted: z.boolean().describe('The payload was not read blind: credentials declare it'),
    payload: text,
    origin: z.enum(['generated', 'edited', 'unstated']).nullable(),
    keyId: text,
    pValue: z
      .number()
      .min(0)
      .max(1)
      .describe('Bound on the probability of this reading on an unmarked image'),
    geometry: geometry.nullable(),
    registry: z
      .object({ association: z.literal('associated'), matches: z.array(association) })
      .nullable(),
    search: z
      .literal('fast')
      .optional()
      .describe('Only the likeliest changes of the image were searched for'),
  })
  .meta({ id: 'Watermark' });

const classifier = z
  .object({
    model: z.string(),
    score: z.number().min(0).max(1).describe('From the pixels alone and a prior of 0.5'),
    llr: z.number().describe('Natural-log likelihood ratio, capped; 0 when it abstains'),
    decision: z.enum(['synthetic', 'not-synthetic', 'inconclusive']),
    pReal: z.number().min(0).max(1),
    falsePositiveRate: z.number().min(0).max(1).nullable(),
    crops: z.int().min(0),
    quality: z.string(),
    heatmap: z
      .object({
        width: z.int().min(1),
        height: z.int().min(1),
        values: z.array(z.number()),
      })
      .optional(),
  })
  .meta({ id: 'Classifier' });

const observation = z
  .object({
    id: z.string(),
    status: z
      .enum(['observed', 'not-observed', 'not-applicable'])
      .describe('not-observed: looked for and not found, which proves nothing'),
    finding: z.string(),
    where: z.string(),
    explain: z.string(),
    measured: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]).nullable()),
    falseAlarms: z
      .number()
      .min(0)
      .optional()
      .describe('Expected number of such findings on one unremarkable image'),
    regions: z
      .array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }))
      .optional(),
  })
  .meta({ id: 'Observation', description: 'Never a verdict' });

export const pixels = z
  .object({ classifier: classifier.optional(), forensics: z.array(observation) })
  .meta({ id: 'Pixels' });
