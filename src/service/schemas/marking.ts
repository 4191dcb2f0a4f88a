/** Settings of mark and generate, and what is told about a marked image. */
import { z } from 'zod';
import { DIGITAL_SOURCE_TYPES } from '../../provenance/index.js';
import { flag } from './common.js';

const FORMATS = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const;
const format = z.enum(FORMATS).optional();

/** From a query, where everything is text. */
export const markQuery = z.strictObject({
  format,
  quality: z.coerce.number().int().min(1).max(100).optional(),
  title: z.string().max(200).optional(),
  source: z
    .enum(DIGITAL_SOURCE_TYPES)
    .optional()
    .meta({ description: 'IPTC digital source type to sign' }),
  strength: z.coerce.number().min(0.1).max(4).optional(),
  minPsnr: z.coerce.number().min(20).max(80).optional(),
  minSsim: z.coerce.number().min(0).max(0.9999).optional(),
  force: flag.meta({ description: 'Mark although a mark can be read already' }),
});

const generateFields = {
  prompt: z.string().min(1).max(2000),
  negative: z.string().max(2000).optional(),
  seed: z.int().min(0).optional(),
  steps: z.int().min(1).max(200).optional(),
  guidance: z.number().min(0).max(30).optional(),
  size: z.int().min(64).max(1024).optional(),
  count: z.int().min(1).optional(),
  format,
  quality: z.int().min(1).max(100).optional(),
  includePrompt: z.boolean().optional(),
  turbo: z
    .boolean()
    .optional()
    .meta({ description: 'With the model distilled for 1 to 4 steps; takes no guidance' }),
};
export const generateRequest = z.strictObject(generateFields).meta({ id: 'GenerateRequest' });
export const generateJob = z.strictObject({ kind: z.literal('generate'), ...generateFields });

export const markedFacts = z
  .looseObject({
    manifestId: z.string().nullable(),
    mime: z.string(),
    width: z.int(),
    height: z.int(),
    watermark: z.looseObject({ payload: z.string(), psnr: z.number(), ssim: z.number() }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'MarkedImage' });

export const markedAnswer = z.object({
  images: z.array(markedFacts.extend({ base64: z.base64() })),
});
