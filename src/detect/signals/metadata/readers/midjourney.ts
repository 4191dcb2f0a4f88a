/**
 * Midjourney: PNG `Description` = prompt and `Job ID: <uuid>`, `Author`; the same uuid in XMP as IPTC
 * Digital Image GUID (property `DigImageGUID`; ExifTool calls it DigitalImageGUID).
 */
import { defineReader, mark } from '../reader.js';
import { parameters } from '../parameters.js';
import type { MetadataView } from '../view.js';
import { textFields } from '../view.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

const JOB = /\bJob ID: ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i;

export const midjourneyReader = defineReader({
  id: 'midjourney',
  guide: {
    tool: 'Midjourney',
    carriers:
      'PNG text `Description` with `Job ID: <uuid>`; XMP `Iptc4xmpExt:DigImageGUID` with the same uuid',
    proves:
      'Both uuids alike: Midjourney made the file. The description alone is worth a declaration; two different uuids mean that one was copied and claim nothing',
    spoofs: 'Any editor that writes both fields',
  },
  read(view) {
    for (const { value, where } of textFields(view, 'Description')) {
      const job = JOB.exec(value);
      if (job === null) continue;
      const ids = imageIds(view);
      const agrees = ids.includes(job[1]!.toLowerCase());
      // The options, such as `--v 5.2`, stand between the prompt and the job.
      const version = /--(?:v|version) (\d[\d.]*)\b/.exec(
        value.slice(Math.max(0, job.index - 200), job.index),
      );
      if (!agrees && ids.length > 0) {
        return [
          mark({
            id: 'metadata.midjourney-mismatch',
            finding: 'Midjourney job description whose job is not the one that XMP names',
            strength: 'hint',
            claim: null,
            where,
            explain:
              'Midjourney writes the same id twice. Here they differ, so one of them was copied from another file.',
          }),
        ];
      }
      return [
        mark({
          id: 'metadata.midjourney',
          finding: agrees
            ? 'Midjourney job description, with the same id in XMP'
            : 'Midjourney job description',
          strength: agrees ? 'structural' : 'declared',
          claim: 'ai-generated',
          where,
          explain: agrees
            ? 'Midjourney writes the id of its job into the description and into XMP, and both agree. Unsigned.'
            : 'Midjourney writes such a description; a text alone can be pasted into any PNG.',
          vendor: 'Midjourney',
          parameters: parameters({ Version: version?.[1] }),
        }),
      ];
    }
    return [];
  },
});

function imageIds(view: MetadataView): string[] {
  return ['DigImageGUID', 'DigitalImageGUID'].flatMap((name) =>
    xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, name).map((id) => id.toLowerCase()),
  );
}
