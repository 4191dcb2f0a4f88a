/** What a ComfyUI graph did, by the types of its nodes, and with which settings. */
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import type { Parameter } from './parameters.js';
import { parameters, sizeOf } from './parameters.js';

export interface ComfyGraph {
  /**
   * `generated` from noise; `from-image`: a picture went in as well; `inpainted`: into a masked picture;
   * `enlarged` by a network and nothing else; `arithmetic`: no node loads a model, samples or decodes.
   */
  work: 'generated' | 'from-image' | 'inpainted' | 'enlarged' | 'arithmetic';
  parameters: Parameter[];
}

interface Node {
  type: string;
  inputs: JsonObject;
  /** Names of its inputs and, where the graph states them, what flows in and out. */
  sockets: string[];
}

const MAX_NODES = 3000;
const MAX_SOCKETS = 100;
/** Nodes of ComfyUI itself that move pixels about. */
const ARITHMETIC =
  /^(?:(?:Load|Save|Preview)(?:Image|Animated|Mask)\w*|Image(?:Scale|Crop|Pad|Invert|Blend|Blur|Sharpen|Quantize|Batch|FromBatch|Stitch|Rotate|Flip|Composite|ToMask|Compare)\w*|(?:Repeat|Rebatch)Image\w*|ResizeAndPadImage|EmptyImage|MaskToImage|\w*Mask(?:Composite)?|GetImageSize|Note|MarkdownNote|Reroute|PrimitiveNode|Primitive\w+)$/;
/**
 * Nodes of others that load a model, sample or decode, by their name, or by what they are fed with: node packs wrap samplers in names
 * of their own, but not their inputs. A type that is an id or begins with `workflow` is a group of nodes that the user made.
 */
const MAKES =
  /(?<!(?:^|[^a-z])(?:image)?(?:re|up|down|super))sampl|upscale|recraft|stability|openai|dall-?e|gemini|ideogram|luma|kling|flux|midjourney|loader|checkpoint|ckpt|model|diffus|unet|vae|clip|lora|control_?net|latent|decode|encode|inpaint|outpaint|denois|generat|guider|prompt|hires|SDUpscale|SUPIR|swap|(?:txt|text|img|image)(?:2|to)(?:img|image|video)|^workflow\W|^[0-9a-f]{8}-[0-9a-f]{4}-/i;
const FED_WITH =
  /model|clip|vae|latent|conditioning|sampler|sigmas|guider|control_?net|lora|ckpt|unet|pipe|embeds|^(?:samples|positive|negative|seed|noise_seed|steps|cfg|denoise)$|prompt/i;
const LOADS_PICTURE = /^LoadImage(?!Mask)/;
const INPAINTS = /Inpaint|SetLatentNoiseMask|DifferentialDiffusion/i;
const ENLARGES = /^(?:UpscaleModelLoader|ImageUpscaleWithModel)$/;

/** PNG `prompt`: node id -> node. Null when it is no such graph. */
export function readExecutedGraph(graph: JsonObject | null): ComfyGraph | null {
  if (graph === null) return null;
  const nodes = Object.entries(graph)
    .slice(0, MAX_NODES)
    .flatMap(([id, node]): Node[] =>
      // The one name that is no id: it is there to fool readers that assign members.
      id !== '__proto__' &&
      isObject(node) &&
      typeof node.class_type === 'string' &&
      isObject(node.inputs)
        ? [
            {
              type: node.class_type,
              inputs: node.inputs,
              sockets: Object.keys(node.inputs).slice(0, MAX_SOCKETS),
            },
          ]
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
      isObject(node) && typeof node.type === 'string'
        ? [{ type: node.type, inputs: {}, sockets: socketsOf(node) }]
        : [],
    );
  return summarise(nodes);
}

/** `inputs` and `outputs` of a node in the editor: lists of `name` and `type`. */
function socketsOf({ inputs, outputs }: JsonObject): string[] {
  return [inputs, outputs].flatMap((sockets) =>
    Array.isArray(sockets)
      ? sockets
          .slice(0, MAX_SOCKETS)
          .filter(isObject)
          .flatMap(({ name, type }) => [name, type])
          .filter((word) => typeof word === 'string')
      : [],
  );
}

function summarise(nodes: readonly Node[]): ComfyGraph {
  return { work: workOf(nodes), parameters: settingsOf(nodes) };
}

function workOf(nodes: readonly Node[]): ComfyGraph['work'] {
  const makers = nodes.filter(makes);
  if (makers.length === 0) return 'arithmetic';
  if (makers.every(({ type }) => ENLARGES.test(type))) return 'enlarged';
  if (!nodes.some(({ type }) => LOADS_PICTURE.test(type))) return 'generated';
  return nodes.some(({ type }) => INPAINTS.test(type)) ? 'inpainted' : 'from-image';
}

function makes({ type, sockets }: Node): boolean {
  if (ARITHMETIC.test(type)) return false;
  return MAKES.test(type) || sockets.some((socket) => FED_WITH.test(socket));
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
