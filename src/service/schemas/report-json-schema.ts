/** docs/report.schema.json: what `verify --json` and `--ndjson` print. */
import { z } from 'zod';
import { libraryReport } from './report.js';

/** What stands in the place of a report among those of many files. */
const fileProblem = z.object({
  file: z.object({ path: z.string() }),
  error: z.object({
    code: z.string().describe('Stable'),
    message: z.string(),
  }),
});

/**
 * JSON Schema (draft 2020-12). Names that it does not know are allowed, since a report may grow; with `closed` they
 * are not, which is what tests ask for.
 */
export function reportJsonSchema({ closed = false } = {}): Record<string, unknown> {
  const { $schema, $defs, ...answer } = z.toJSONSchema(
    z.union([libraryReport.meta({ id: 'Report' }), fileProblem.meta({ id: 'FileProblem' })]),
    { io: closed ? 'output' : 'input' },
  );
  return {
    $schema,
    title: 'imprint verify',
    description:
      'What verify --json prints of one file, each element of the array for several, and each line of --ndjson. The report alone: #/$defs/Report.',
    ...answer,
    $defs,
  };
}
