/**
 * InvokeAI, three generations of keys: `invokeai_metadata`, `invokeai_graph` and `invokeai_workflow`
 * (image_files_disk.py), `sd-metadata` of version 2, and the command line in `Dream` of version 1.
 */
import type { InvokeWork } from '../invoke-graph.js';
import { readInvokeGraph, readInvokeWorkflow } from '../invoke-graph.js';
import type { JsonObject } from '../json.js';
import { isObject } from '../json.js';
import type { Parameter } from '../parameters.js';
import { parameters, sizeOf } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { Shape } from '../shape.js';
import { countFitting, fits } from '../shape.js';
import type { MetadataView, TextField } from '../view.js';
import { textFields } from '../view.js';

/** What a picture's metadata consists of; which of it depends on version and model, so some will do. */
const METADATA = {
  app_version: 'string',
  generation_mode: 'string',
  positive_prompt: 'string',
  model: 'object',
  scheduler: 'string',
  seed: 'number',
  steps: 'number',
  width: 'number',
  height: 'number',
} as const satisfies Shape;
const WANTED = 3;
const SECOND = { app_id: 'string', image: 'object' } as const satisfies Shape;
const SECOND_IMAGE = { seed: 'number', steps: 'number' } as const satisfies Shape;

export const invokeaiReader = defineReader({
  id: 'invokeai',
  guide: {
    tool: 'InvokeAI',
    carriers:
      'PNG text `invokeai_metadata` (with at least three of `app_version`, `generation_mode`, `positive_prompt`, `model`, `scheduler`, `seed`, `steps`, `width`, `height`), `invokeai_graph`, `invokeai_workflow` with nodes and `edges` (version 3 and later), `sd-metadata` with `app_id` and `image` (version 2), `Dream` with `-s`, `-S`, `-A` (version 1)',
    proves:
      'InvokeAI wrote the file; a graph alone tells whether it generated or enlarged a picture, or only moved pixels',
    spoofs: 'Any editor of text chunks',
  },
  read(view) {
    const found = current(view) ?? second(view) ?? firstGeneration(view);
    if (found === null) return [];
    const { claim, what } = WORK[found.work];
    const model = found.parameters.find(({ name }) => name === 'Model')?.value;
    return [
      mark({
        id: 'metadata.invokeai',
        finding: `InvokeAI ${what}${model === undefined ? '' : `, model "${shown(model, 60)}"`}`,
        strength: 'structural',
        claim,
        where: found.where,
        explain: 'The settings that InvokeAI saves with its output. Unsigned.',
        vendor: 'InvokeAI',
        parameters: found.parameters,
      }),
    ];
  },
});

interface Found {
  where: string;
  parameters: Parameter[];
  /** `painted`: a part of another picture was kept. */
  work: InvokeWork | 'painted';
}

const WORK: Readonly<
  Record<Found['work'], { claim: 'ai-generated' | 'ai-edited' | null; what: string }>
> = {
  generated: { claim: 'ai-generated', what: 'generation metadata' },
  painted: { claim: 'ai-edited', what: 'generation metadata' },
  enlarged: { claim: 'ai-edited', what: 'graph that enlarges or fills a picture' },
  arithmetic: {
    claim: null,
    what: 'graph without a node that loads a model, samples or decodes',
  },
};

const READERS: Readonly<Record<string, (json: JsonObject) => InvokeWork | null>> = {
  invokeai_metadata: (json) => (countFitting(json, METADATA) >= WANTED ? 'generated' : null),
  invokeai_graph: readInvokeGraph,
  invokeai_workflow: readInvokeWorkflow,
};

function current(view: MetadataView): Found | null {
  const fields = textFields(view, 'invokeai_metadata', 'invokeai_graph', 'invokeai_workflow');
  const parsed = fields.flatMap(
    (field): { field: TextField; json: JsonObject; work: InvokeWork }[] => {
      const json = view.readJson(field.value);
      const work = json === null ? null : (READERS[field.keyword]?.(json) ?? null);
      return json === null || work === null ? [] : [{ field, json, work }];
    },
  );
  const best = parsed.find(({ field }) => field.keyword === 'invokeai_metadata') ?? parsed[0];
  if (best === undefined) return null;
  const { json, field, work } = best;
  const model = isObject(json.model) ? (json.model.model_name ?? json.model.name) : json.model;
  const mode = typeof json.generation_mode === 'string' ? json.generation_mode : '';
  return {
    where: field.where,
    // `txt2img`, `sdxl_img2img`, `flux_inpaint`, `outpaint`: the last two keep part of a picture.
    work: work === 'generated' && /(?:in|out)paint$/.test(mode) ? 'painted' : work,
    parameters: parameters({
      Model: model,
      Scheduler: json.scheduler,
      Steps: json.steps,
      'CFG scale': json.cfg_scale,
      Seed: json.seed,
      Size: sizeOf(json.width, json.height),
      Operation: mode,
      Version: json.app_version,
    }),
  };
}

function second(view: MetadataView): Found | null {
  for (const { value, where } of textFields(view, 'sd-metadata')) {
    const json = view.readJson(value);
    if (json === null || !fits(json, SECOND)) continue;
    const image = json.image as JsonObject;
    if (!fits(image, SECOND_IMAGE)) continue;
    return {
      where,
      work: image.type === 'inpaint' || image.type === 'outpaint' ? 'painted' : 'generated',
      parameters: parameters({
        Model: json.model_weights,
        'Model hash': json.model_hash,
        Sampler: image.sampler,
        Steps: image.steps,
        'CFG scale': image.cfg_scale,
        Seed: image.seed,
        Size: sizeOf(image.width, image.height),
        Operation: image.type,
        Version: json.app_version,
      }),
    };
  }
  return null;
}

function firstGeneration(view: MetadataView): Found | null {
  for (const { value, where } of textFields(view, 'Dream')) {
    // The options stand behind the closing quote of the prompt.
    const options = value.slice(value.lastIndexOf('"') + 1).slice(0, 2000);
    const option = (letter: string): string | undefined =>
      new RegExp(` -${letter} ?(\\S+)`).exec(options)?.[1];
    const [steps, seed, sampler] = [option('s'), option('S'), option('A')];
    if (!value.startsWith('"') || !isDigits(steps) || !isDigits(seed)) continue;
    return {
      where,
      work: 'generated',
      parameters: parameters({
        Sampler: sampler,
        Steps: steps,
        'CFG scale': option('C'),
        Seed: seed,
        Size: `${option('W') ?? ''}x${option('H') ?? ''}`,
      }),
    };
  }
  return null;
}

const isDigits = (text: string | undefined): boolean => /^\d+$/.test(text ?? '');
