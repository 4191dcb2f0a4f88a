/** Schemas that several operations share. */
import { z } from 'zod';

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().meta({ description: 'Stable, see the docs page' }),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** A switch in a query: `?heatmap`, `?heatmap=true`. */
export const flag = z
  .enum(['', 'true', 'false', '1', '0'])
  .optional()
  .transform((value) => value !== undefined && value !== 'false' && value !== '0')
  .meta({ type: 'boolean' });

/** Where an image is fetched from. Public addresses alone, which is checked when the connection is made. */
export const imageUrl = z
  .string()
  .max(4000)
  .refine(isPlainHttps, { message: 'expected an https URL without user and password' })
  .meta({ format: 'uri', description: 'https, on a public address' });

function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}
