/** `credentials` and `rubric` of the report (c2pa/report.ts, c2pa/rubric/check.ts). */
import { z } from 'zod';

const text = z.string().nullable();

const ingredient = z
  .object({
    title: text,
    format: text,
    relationship: text,
    manifest: text.describe('Label of its own manifest, null when it had none'),
    digitalSourceType: text,
    failure: z.array(z.string()).describe('Failure codes that the signer recorded'),
    found: z.array(z.string()).describe('Failure codes found today that the signer did not record'),
    depth: z.int().min(0).describe('0 for an ingredient of the active manifest'),
  })
  .meta({ id: 'Ingredient' });

const claim = z
  .object({
    generator: text.describe('name/version of the software that made the claim'),
    actions: z.array(
      z.object({
        action: z.string(),
        when: text,
        digitalSourceType: text,
        softwareAgent: text,
        description: text,
      }),
    ),
    digitalSourceType: text.describe('IPTC URI that prevails over the whole picture'),
    sourceTypeFrom: z.enum(['active', 'ingredient']).nullable(),
    sourceTypeFailures: z.array(z.string()),
    ingredients: z.array(ingredient),
    ingredientsOmitted: z.int().min(0),
    title: text,
  })
  .meta({ id: 'Claim' });

const signer = z
  .object({
    status: z.enum(['trusted', 'untrusted', 'expired', 'revoked', 'invalid']),
    subject: text.describe('Distinguished name, CN=..., O=...'),
    issuer: text,
    list: text.describe('Trust list that vouches for it'),
    listDate: text,
    timestamp: text.describe('When a timestamp authority saw the signature, ISO 8601'),
    timestampTrusted: z.boolean(),
    revocation: z.object({
      stapled: z.boolean(),
      status: z.enum(['good', 'revoked', 'unknown']).nullable(),
      at: text,
      revokedAt: text,
    }),
  })
  .meta({ id: 'Signer' });

export const credentials = z
  .object({
    presence: z.enum(['embedded', 'remote', 'sidecar', 'recovered', 'absent', 'malformed']),
    integrity: z
      .enum(['intact', 'altered', 'unknown'])
      .describe('Whether what was signed is unchanged; says nothing about who signed'),
    signer: signer.nullable(),
    claim: claim.nullable(),
    softBindings: z.array(z.object({ alg: z.string(), value: z.string() })),
    remoteUrl: z.string().optional(),
    codes: z
      .object({
        success: z.array(z.string()),
        informational: z.array(z.string()),
        failure: z.array(z.string()),
      })
      .describe('C2PA status codes'),
    failures: z.array(z.object({ code: z.string(), where: text, explanation: text })),
    validationState: text.describe('Trusted, Valid or Invalid, in the words of c2pa-rs'),
    problem: z.string().optional(),
    engine: z.string(),
    trustLists: z.array(z.object({ name: z.string(), date: text, sha256: z.string() })),
    store: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('The manifest store, for those who ask for personal data'),
  })
  .meta({ id: 'Credentials' });

export const rubric = z
  .object({
    name: z.string(),
    version: text,
    specVersion: z.string(),
    passed: z.int().min(0),
    total: z.int().min(0),
    checks: z.array(
      z.object({
        id: z.string(),
        status: z.enum(['pass', 'fail', 'warn', 'error']),
        text: z.string(),
        section: text,
      }),
    ),
    problem: text,
  })
  .meta({ id: 'Rubric' });
