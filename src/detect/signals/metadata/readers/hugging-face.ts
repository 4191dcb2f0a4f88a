/** Hugging Face jobs and Spaces: PNG `hf-job-id`. It names the host of a computation, not a model. */
import { defineReader, mark } from '../reader.js';
import { textFields } from '../view.js';

export const huggingFaceReader = defineReader({
  id: 'hugging-face',
  guide: {
    tool: 'Hugging Face jobs',
    carriers: 'PNG text `hf-job-id`',
    proves: 'A job on Hugging Face wrote the file; most such jobs generate, not all',
    spoofs: 'Any editor of text chunks',
  },
  read(view) {
    const field = textFields(view, 'hf-job-id').find(({ value }) => /^[\w-]{8,64}$/.test(value));
    if (field === undefined) return [];
    return [
      mark({
        id: 'metadata.hugging-face-job',
        finding: 'Written by a job on Hugging Face',
        strength: 'hint',
        claim: 'ai-generated',
        where: field.where,
        explain: 'The id of a hosted job. It says where a program ran, not what it did.',
      }),
    ];
  },
});
