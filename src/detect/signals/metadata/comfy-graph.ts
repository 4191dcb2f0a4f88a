/** What a ComfyUI graph did, by the types of its nodes, and with which settings. */
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import type { Parameter } from './parameters.js';
import { parameters, sizeOf } from './parameters.js';

export interface ComfyGraph {
  /**
   * `generated` from noise; `from-image`: a picture went in as well; `inpainted`: into a masked picture;
   * `enlarged` by a network and nothing else; `arithmetic`: only nodes known to hold no model.
   */
  work: 'generated' | 'from-image' | 'inpainted' | 'enlarged' | 'arithmetic';
  parameters: Parameter[];
}

interface Node {
  type: string;
  inputs: JsonObject;
}

const MAX_NODES = 3000;
/** Nodes of ComfyUI itself that move pixels about. Any other node may hold a model. */
const ARITHMETIC =
  /^(?:(?:Load|Save|Preview)(?:Image|Animated|Mask)\w*|Image(?:Scale|Crop|Pad|Invert|Blend|Blur|Sharpen|Quantize|Batch|FromBatch|Stitch|Rotate|Flip|Composite|ToMask|Compare)\w*|(?:Repeat|Rebatch)Image\w*|ResizeAndPadImage|EmptyImage|MaskToImage|\w*Mask(?:Composite)?|GetImageSize|Note|MarkdownNote|Reroute|PrimitiveNode|Primitive\w+)$/;
const LOADS_PICTURE = /^LoadImage(?!Mask)/;
const INPAINTS = /Inpaint|SetLatentNoiseMask|DifferentialDiffusion/i;
const ENLARGES = /^(?:UpscaleModelLoader|ImageUpscaleWithModel)$/;

/** PNG `prompt`: node id -> node. Null when it is no such graph. */
export function readExecutedGraph(graph: JsonObject | null): ComfyGraph | null {
  if (graph === null) return null;
  const nodes = Object.values(graph)
    .slice(0, MAX_NODES)
    .flatMap((node): Node[] =>
      isObject(node) && typeof node.class_type === 'string' && isObject(node.inputs)
        ? [{ type: node.class_type, inputs: node.inputs }]
        : [],
    );
  return nodes.length === 0 ? null : summarise(nodes);
}

/** PNG `workflow`: the editor's graph, which keeps settings without their names. */
export function readWorkflow(graph: JsonObject | null): ComfyGraph | null {
  if (graph === null || !Array.isArray(graph.nodes) || !Array.isArray(graph.links)) return null;
  const nodes = graph.nodes
    .slice(0, MAX_NODES)
    .flatMap((node: unknown): Node[] =>
      isObject(node) && typeof node.type === 'string' ? [{ type: node.type, inputs: {} }] : [],
    );
  return summarise(nodes);
}

function summarise(nodes: readonly Node[]): ComfyGraph {
  return { work: workOf(nodes.map(({ type }) => type)), parameters: settingsOf(nodes) };
}

function workOf(types: readonly string[]): ComfyGraph['work'] {
  const others = types.filter((type) => !ARITHMETIC.test(type));
  if (others.length === 0) return 'arithmetic';
  if (others.every((type) => ENLARGES.test(type))) return 'enlarged';
  if (!types.some((type) => LOADS_PICTURE.test(type))) return 'generated';
  return types.some((type) => INPAINTS.test(type)) ? 'inpainted' : 'from-image';
}

/** The first node that states a setting decides; a link (an array) is not a value. */
function settingsOf(nodes: readonly Node[]): Parameter[] {
  const input = (names: readonly string[], kind: 'string' | 'number'): unknown => {
    for (const { inputs } of nodes) {
      for (const name of names) if (typeof inputs[name] === kind) return inputs[name];
    }
    return undefined;
  };
  const latent = nodes.find(({ type }) => /^Empty\w*Latent/.test(type))?.inputs;
  return parameters({
    Model: input(['ckpt_name', 'unet_name', 'model_name'], 'string'),
    VAE: input(['vae_name'], 'string'),
    Sampler: input(['sampler_name'], 'string'),
    Scheduler: input(['scheduler'], 'string'),
    Steps: input(['steps'], 'number'),
    'CFG scale': input(['cfg', 'guidance'], 'number'),
    Seed: input(['seed', 'noise_seed'], 'number'),
    Size: sizeOf(latent?.width, latent?.height),
    'Denoising strength': input(['denoise'], 'number'),
  });
}
