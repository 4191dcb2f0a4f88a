/** What an InvokeAI graph did, by the types of its nodes and what they are fed with. */
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import { fits } from './shape.js';

/** `generated`; `enlarged` by a network, or holes filled by one; `arithmetic`: no node loads a model, samples or decodes. */
export type InvokeWork = 'generated' | 'enlarged' | 'arithmetic';

interface Node {
  type: string;
  inputs: readonly string[];
}

/**
 * Nodes that load a model of pictures, sample or decode, InvokeAI's own and those of vendors, by their name. Prompts and conditioning are
 * made for nothing else. OpenCV's inpainting and the noise that a filter adds are arithmetic.
 */
const MAKES =
  /denois|latent|(?:^|_)(?:l2i|i2l|l2l|t2l)(?:_|$)|vae_|(?<!spandrel_)model_loader|^noise$|compel|prompt|conditioning|text_encoder|(?:txt|text|img|image)_?(?:2|to)_?(?:img|image)|(?<!cv_)inpaint|lora|control_?net|t2i_adapter|ip_adapter|generation|diffus|gemini|openai|gpt|ideogram/i;
const FED_WITH =
  /^(?:unet|transformer|vae|clip|latents|positive_conditioning|negative_conditioning|cfg_scale|steps|denoising_start)$/;
const ENLARGES = /^(?:esrgan|spandrel_image_to_image\w*|pid_upscale|infill_lama|lama_infill)$/;

/** `invokeai_graph`: nodes by their id. Null when it is no such graph. */
export function readInvokeGraph(graph: JsonObject): InvokeWork | null {
  if (!fits(graph, { nodes: 'object', edges: 'array' })) return null;
  return workOf(
    Object.values(graph.nodes as JsonObject).flatMap((node) =>
      isObject(node) && typeof node.type === 'string'
        ? [{ type: node.type, inputs: Object.keys(node) }]
        : [],
    ),
  );
}

/** `invokeai_workflow`: nodes of the editor, what they do in `data`. */
export function readInvokeWorkflow(workflow: JsonObject): InvokeWork | null {
  if (!fits(workflow, { nodes: 'array', edges: 'array' })) return null;
  return workOf(
    (workflow.nodes as unknown[]).flatMap((node) => {
      if (!isObject(node) || !fits(node, { type: 'string', data: 'object' })) return [];
      const { type, inputs } = node.data as JsonObject;
      if (typeof type !== 'string') return [];
      return [{ type, inputs: isObject(inputs) ? Object.keys(inputs) : [] }];
    }),
  );
}

function workOf(nodes: readonly Node[]): InvokeWork | null {
  if (nodes.length === 0) return null;
  const enlarges = ({ type }: Node): boolean => ENLARGES.test(type);
  const makes = (node: Node): boolean =>
    !enlarges(node) && (MAKES.test(node.type) || node.inputs.some((name) => FED_WITH.test(name)));
  if (nodes.some(makes)) return 'generated';
  return nodes.some(enlarges) ? 'enlarged' : 'arithmetic';
}
