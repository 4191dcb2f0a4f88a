/**
 * ComfyUI: the executed graph as JSON in PNG `prompt` (node id -> `class_type`, `inputs`) and the
 * editor's graph in `workflow`; the same in `comf` chunks of animated PNG, and as `key:json` in EXIF
 * Model, Make and the tags below in WebP (comfy_api/latest/_ui.py, ImageSaveHelper).
 */
import type { ComfyGraph } from '../comfy-graph.js';
import { readExecutedGraph, readWorkflow } from '../comfy-graph.js';
import type { JsonObject } from '../json.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { MetadataView, TextField } from '../view.js';
import { exifFields, textFields } from '../view.js';

/** Tags 0x0110, 0x010F and downwards. */
const EXIF_TAGS = ['Model', 'Make', 'ImageDescription', 'DocumentName'];

export const comfyuiReader = defineReader({
  id: 'comfyui',
  guide: {
    tool: 'ComfyUI',
    carriers:
      'PNG text `prompt` (graph with `class_type` and `inputs`) and `workflow` (`nodes` and `links`), in `comf` chunks of animated PNG; WebP EXIF Model `prompt:{...}`, Make `workflow:{...}` and the tags below',
    proves:
      'ComfyUI wrote the file; the graph tells whether it generated, painted into or enlarged a picture, or only moved pixels',
    spoofs: 'Any editor of text chunks or EXIF; dragging a graph into another file',
  },
  read(view) {
    const found = executed(view) ?? edited(view);
    if (found === null) return [];
    const { graph, field } = found;
    const name =
      field.keyword === 'prompt' ? 'graph of the run that' : 'workflow of the editor that';
    const model = graph.parameters.find((parameter) => parameter.name === 'Model')?.value;
    return [
      mark({
        id: 'metadata.comfyui-graph',
        finding: `ComfyUI ${name} made the file${WORK[graph.work]}${model === undefined ? '' : `, model "${shown(model, 60)}"`}`,
        strength: 'structural',
        claim:
          graph.work === 'arithmetic'
            ? null
            : graph.work === 'generated' || graph.work === 'from-image'
              ? 'ai-generated'
              : 'ai-edited',
        where: field.where,
        explain:
          'The node graph that ComfyUI saves with its output. It shows what wrote the file, and is unsigned.',
        vendor: 'ComfyUI',
        parameters: graph.parameters,
      }),
    ];
  },
});

const WORK: Readonly<Record<ComfyGraph['work'], string>> = {
  generated: '',
  'from-image': ', starting from another picture',
  inpainted: ' by painting into another picture',
  enlarged: ' by enlarging another picture with a network',
  arithmetic: ' without a node that loads a model, samples or decodes',
};

interface Found {
  graph: ComfyGraph;
  field: TextField;
}

function executed(view: MetadataView): Found | null {
  return first(view, 'prompt', readExecutedGraph);
}

function edited(view: MetadataView): Found | null {
  return first(view, 'workflow', readWorkflow);
}

function first(
  view: MetadataView,
  key: string,
  read: (json: JsonObject | null) => ComfyGraph | null,
): Found | null {
  for (const field of fieldsOf(view, key)) {
    const graph = read(view.readJson(field.value));
    if (graph !== null) return { graph, field };
  }
  return null;
}

function fieldsOf(view: MetadataView, key: string): TextField[] {
  const inExif = exifFields(view, ...EXIF_TAGS)
    .filter(({ value }) => value.slice(0, key.length + 1).toLowerCase() === `${key}:`)
    .map((field) => ({ ...field, keyword: key, value: field.value.slice(key.length + 1) }));
  return [...textFields(view, key), ...inExif];
}
