/**
 * ComfyUI: the executed graph as JSON in PNG `prompt` (node id -> `class_type`, `inputs`) and the
 * editor's graph in `workflow`; in WebP the same strings in EXIF Model and Make.
 */
import { defineReader, METADATA_LLR, parseJsonObject } from '../reader.js';

function isExecutedGraph(text: string): boolean {
  const graph = parseJsonObject(text.replaceAll('NaN', 'null'));
  return (
    graph !== null &&
    Object.values(graph).some(
      (node) =>
        typeof node === 'object' && node !== null && 'class_type' in node && 'inputs' in node,
    )
  );
}

function isWorkflow(text: string): boolean {
  const graph = parseJsonObject(text.replaceAll('NaN', 'null'));
  return graph !== null && Array.isArray(graph.nodes) && Array.isArray(graph.links);
}

export const comfyuiReader = defineReader({
  id: 'comfyui',
  read(view) {
    const fields = view.text.map(({ keyword, value, where }) => ({ keyword, value, where }));
    for (const tag of ['Model', 'Make']) {
      const match = /^(prompt|workflow):\s*(\{[\s\S]*)$/i.exec(view.exif.get(tag) ?? '');
      if (match !== null) {
        fields.push({
          keyword: match[1]!.toLowerCase(),
          value: match[2]!,
          where: `${view.exifWhere ?? 'exif'} ${tag}`,
        });
      }
    }
    const found = fields.find(
      ({ keyword, value }) =>
        (keyword === 'prompt' && isExecutedGraph(value)) ||
        (keyword === 'workflow' && isWorkflow(value)),
    );
    if (found === undefined) return [];
    return [
      {
        id: 'metadata.comfyui-graph',
        layer: 'metadata',
        finding: `ComfyUI ${found.keyword === 'prompt' ? 'graph of the run' : 'workflow'} that made the file`,
        strength: 'structural',
        claim: 'ai-generated',
        llr: METADATA_LLR.structural,
        spoofable: true,
        where: found.where,
        explain:
          'The node graph that ComfyUI saves with its output. It shows what wrote the file; a graph may also only edit an image.',
        vendor: 'ComfyUI',
      },
    ];
  },
});
