/**
 * One file per tool and carrier, written as the tool writes it: source code of the tools named in
 * docs/metadata.md, real files where the samples say so.
 */
import type { ParameterName } from '../../src/detect/signals/metadata/parameters.js';
import type { EvidenceClaim } from '../../src/detect/index.js';
import {
  exifBlock,
  gifWith,
  greyPixels,
  hideStealth,
  iptcSegment,
  jpegWith,
  png,
  pngWith,
  samsungTrailer,
  TAG,
  userComment,
  utf8,
  webpWith,
  xmpPacket,
} from '../support/metadata-files.js';

export interface MetadataSample {
  name: string;
  file: () => Promise<Uint8Array> | Uint8Array;
  id: string;
  claim?: EvidenceClaim | null;
  vendor?: string | null;
  where?: string;
  parameters?: Partial<Record<ParameterName, string>>;
}

export const A1111 =
  'photo of a duck, <lora:ducks:0.8>\nNegative prompt: monochrome, text\n' +
  'Steps: 15, Sampler: DPM++ 2M SDE, Schedule type: Karras, CFG scale: 5.5, Seed: 235284042, Size: 512x768, ' +
  'Model hash: c0d1994c73, Model: models/realisticVision_v20, Denoising strength: 0.7, User: jane, ' +
  'Lora hashes: "ducks: 0123456789ab", Hashes: {"model": "c0d1994c73"}, Version: v1.10.1';
const A1111_PARAMETERS = {
  Model: 'realisticVision_v20',
  'Model hash': 'c0d1994c73',
  Sampler: 'DPM++ 2M SDE',
  Scheduler: 'Karras',
  Steps: '15',
  'CFG scale': '5.5',
  Seed: '235284042',
  Size: '512x768',
  'Denoising strength': '0.7',
  Version: 'v1.10.1',
} as const;

const COMFY_PROMPT =
  '{"3": {"inputs": {"seed": 280823642470253, "steps": 20, "cfg": 8.0, "sampler_name": "dpmpp_2m", "scheduler": "normal", "denoise": 0.87, "model": ["4", 0], "positive": ["6", 0], "latent_image": ["5", 0]}, "class_type": "KSampler", "is_changed": NaN}, ' +
  '"4": {"inputs": {"ckpt_name": "SD1.5\\\\v1-5-pruned-emaonly.ckpt"}, "class_type": "CheckpointLoaderSimple"}, "5": {"inputs": {"width": 704, "height": 1280, "batch_size": 1}, "class_type": "EmptyLatentImage"}, ' +
  '"6": {"inputs": {"text": "victorian woman with wings", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"}, "9": {"inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}, "class_type": "SaveImage"}}';
const COMFY_PARAMETERS = {
  Model: 'v1-5-pruned-emaonly.ckpt',
  Sampler: 'dpmpp_2m',
  Scheduler: 'normal',
  Steps: '20',
  'CFG scale': '8',
  Seed: '280823642470253',
  Size: '704x1280',
  'Denoising strength': '0.87',
} as const;
const node = (type: string, inputs: object = {}) => ({ class_type: type, inputs });
const workflow = (...types: string[]) =>
  JSON.stringify({ last_node_id: 9, nodes: types.map((type, id) => ({ id, type })), links: [] });

/** Fooocus 2.5 (private_logger.py, meta_parser.py). */
const FOOOCUS = {
  adm_guidance: '(1.5, 0.8, 0.3)',
  base_model: 'juggernautXL_v8Rundiffusion',
  base_model_hash: 'aeb7e9e689',
  full_prompt: ['a portrait of Jane Doe'],
  guidance_scale: 4,
  loras: [['sd_xl_offset_example-lora_1.0', 0.1, '4852686128']],
  metadata_scheme: 'fooocus',
  performance: 'Speed',
  prompt: 'a portrait of Jane Doe',
  resolution: '(1152, 896)',
  sampler: 'dpmpp_2m_sde_gpu',
  scheduler: 'karras',
  seed: '6952411511246973023',
  steps: 30,
  vae: 'Default (model)',
  version: 'Fooocus v2.5.5',
};
const FOOOCUS_PARAMETERS = {
  Model: 'juggernautXL_v8Rundiffusion',
  Seed: '6952411511246973023',
  Size: '1152x896',
  Version: 'Fooocus v2.5.5',
} as const;
const FOOOCUS_LINE =
  'a duck\nNegative prompt: text\nSteps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 77, Size: 1152x896, CFG scale: 4, Sharpness: 2, ' +
  'ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL, Model hash: aeb7e9e689, Performance: Speed, Scheduler: karras, VAE: Default (model), ' +
  'Raw prompt: a duck, Lora hashes: "x: 0123", Version: Fooocus v2.5.5';

const SWARM = JSON.stringify(
  {
    sui_image_params: {
      prompt: 'a headshot of Jane Doe',
      model: 'Flux/flux1-dev-fp8',
      seed: 2042464333,
      steps: 25,
      cfgscale: 1.0,
      aspectratio: 'Custom',
      width: 512,
      height: 768,
      sampler: 'euler',
      scheduler: 'normal',
      swarm_version: '0.9.7.4',
    },
    sui_extra_data: { date: '2025-08-07', generation_time: '0.00 (prep) and 3.29 (gen) seconds' },
  },
  null,
  2,
);
const SWARM_PARAMETERS = {
  Model: 'flux1-dev-fp8',
  Seed: '2042464333',
  Size: '512x768',
  Version: '0.9.7.4',
} as const;

const EASY = {
  prompt: 'a duck for jane',
  negative_prompt: '',
  seed: 3401289,
  use_stable_diffusion_model: 'C:\\Users\\jane\\EasyDiffusion\\models\\sd-v1-5.safetensors',
  clip_skip: false,
  use_vae_model: '/home/jane/models/vae-ft-mse.ckpt',
  sampler_name: 'euler_a',
  width: 512,
  height: 640,
  num_inference_steps: 25,
  guidance_scale: 7.5,
};
const EASY_PARAMETERS = {
  Model: 'sd-v1-5.safetensors',
  VAE: 'vae-ft-mse.ckpt',
  Sampler: 'euler_a',
  Steps: '25',
  'CFG scale': '7.5',
  Seed: '3401289',
  Size: '512x640',
} as const;

const INVOKE_3 =
  '{"app_version":"5.4.2","generation_mode":"sdxl_txt2img","positive_prompt":"a cabin","negative_prompt":"","width":1024,"height":768,"seed":3293022630,"cfg_scale":8.0,"steps":35,"scheduler":"euler","model":{"key":"k","name":"juggernautXL","base":"sdxl","type":"main"}}';
const INVOKE_2 =
  '{"model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516", "app_id": "invoke-ai/InvokeAI", "app_version": "v2.2.4", "image": {"prompt": [{"prompt": "a robot", "weight": 1.0}], "steps": 50, "cfg_scale": 7.5, "threshold": 0, "perlin": 0, "height": 512, "width": 640, "seed": 1618033988, "seamless": false, "hires_fix": false, "type": "txt2img", "postprocessing": null, "sampler": "k_lms", "variations": []}}';
const INVOKE_1 =
  '"a lonely robot -s 9 -S 9 -A x [blurry, text]" -s 50 -S 1618033988 -W 512 -H 768 -C 7.5 -A k_lms -G 0.9';

const JOB = '0f8fad5b-d9cb-469f-a165-70867728950e';
const DREAM_TEXT = `a duck in a hat --ar 4:3 --v 5.2 Job ID: ${JOB}`;
const guid = (id: string): Uint8Array =>
  xmpPacket(
    '',
    `Iptc4xmpExt:DigImageGUID="${id}" Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"`,
  );
const credit = (line: string): Uint8Array =>
  xmpPacket(`<photoshop:Credit>${line}</photoshop:Credit>`);

const AIGC =
  '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"7c1f","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}';
const AIGC_PARAMETERS = { Label: '1', Producer: '001191110102MACQD9K64010000' } as const;
const escaped = AIGC.replaceAll('"', '&quot;');
const TENCENT =
  '{"AIGC":{"Label":"1","ServiceProvider":"Tencent","ServiceUser":"u-77","Time":"1","ContentId":"2"}}';

const inComment = (text: string, code: 'be' | 'le' | 'ascii' = 'be'): Uint8Array =>
  exifBlock({}, { [TAG.userComment]: userComment(text, code) });
const chunks = (fields: object): [string, string][] =>
  Object.entries(fields).map(([keyword, value]) => [keyword, String(value)]);
const hidden = (text: string, channel: 'alpha' | 'rgb', compressed: boolean): Promise<Uint8Array> =>
  png(hideStealth(greyPixels(80, 80, 4), text, { channel, compressed }));

export const SAMPLES: readonly MetadataSample[] = [
  {
    name: 'camera',
    file: () =>
      jpegWith({
        exif: exifBlock(
          { [TAG.make]: 'Canon', [TAG.model]: 'Canon EOS R5' },
          { 0x829a: '1/60', 0x829d: '4', 0x920a: '35' },
        ),
      }),
    id: 'metadata.camera-exif',
    claim: 'camera-captured',
  },
  ...(['tEXt', 'zTXt', 'iTXt'] as const).flatMap((kind): MetadataSample[] => [
    {
      name: `A1111, PNG ${kind}`,
      file: () => pngWith([['parameters', A1111, kind]]),
      id: 'metadata.a1111-parameters',
      vendor: 'Stable Diffusion web UI',
      where: `png:${kind} "parameters" @54`,
      parameters: A1111_PARAMETERS,
    },
  ]),
  {
    name: 'A1111, PNG text behind the pixels',
    file: () => pngWith([['parameters', A1111]], { behind: true }),
    id: 'metadata.a1111-parameters',
  },
  {
    name: 'A1111, JPEG (piexif, big endian)',
    file: () => jpegWith({ exif: inComment(A1111) }),
    id: 'metadata.a1111-parameters',
    where: 'jpeg:exif UserComment',
    parameters: A1111_PARAMETERS,
  },
  {
    name: 'A1111, JPEG with a prompt in Chinese',
    file: () => jpegWith({ exif: inComment(A1111.replace('photo of a duck', '美丽的风景画')) }),
    id: 'metadata.a1111-parameters',
  },
  {
    name: 'A1111, WebP',
    file: () => webpWith({ exif: inComment(A1111) }),
    id: 'metadata.a1111-parameters',
    where: 'webp:exif UserComment',
  },
  { name: 'A1111, GIF', file: () => gifWith(A1111), id: 'metadata.a1111-parameters' },
  {
    name: 'Forge',
    file: () =>
      pngWith([
        [
          'parameters',
          'a duck\nSteps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 1, Size: 896x1152, Model: flux1-dev-bnb-nf4-v2, Version: f2.0.1v1.10.1-previous-659-gc055f2d4, Module 1: ae',
        ],
      ]),
    id: 'metadata.a1111-parameters',
    vendor: 'Stable Diffusion web UI Forge',
    parameters: { Model: 'flux1-dev-bnb-nf4-v2', 'CFG scale': '1' },
  },
  {
    name: 'Civitai, which states no version',
    file: () =>
      jpegWith({
        exif: inComment(
          'a duck\nSteps: 25, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 832x1216, Clip skip: 2, Created Date: 2024-09-16T12:31:43.3216331Z, Civitai resources: [{"type":"checkpoint","modelVersionId":290640,"modelName":"Pony","modelVersionName":"V6"}]',
        ),
      }),
    id: 'metadata.a1111-parameters',
    vendor: null,
  },
  {
    name: 'A1111 extras tab',
    file: () =>
      pngWith([
        ['postprocessing', 'Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+'],
      ]),
    id: 'metadata.a1111-postprocessing',
    claim: 'ai-edited',
    parameters: { Upscaler: 'R-ESRGAN 4x+' },
  },
  {
    name: 'ComfyUI, PNG',
    file: () =>
      pngWith([
        ['prompt', COMFY_PROMPT],
        ['workflow', workflow('KSampler')],
      ]),
    id: 'metadata.comfyui-graph',
    vendor: 'ComfyUI',
    parameters: COMFY_PARAMETERS,
  },
  {
    name: 'ComfyUI, workflow alone',
    file: () => pngWith([['workflow', workflow('KSampler', 'VAEDecode', 'SaveImage')]]),
    id: 'metadata.comfyui-graph',
  },
  {
    name: 'ComfyUI, animated PNG (comf behind the pixels)',
    file: () => pngWith([['prompt', COMFY_PROMPT, 'comf']], { behind: true }),
    id: 'metadata.comfyui-graph',
    parameters: COMFY_PARAMETERS,
  },
  {
    name: 'ComfyUI, WebP',
    file: () =>
      webpWith({
        exif: exifBlock({
          [TAG.make]: `workflow:${workflow('KSampler')}`,
          [TAG.model]: `prompt:${COMFY_PROMPT}`,
        }),
      }),
    id: 'metadata.comfyui-graph',
    where: 'webp:exif Model',
    parameters: COMFY_PARAMETERS,
  },
  {
    name: 'ComfyUI, painting into a picture',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({
            1: node('LoadImage', { image: 'me.png' }),
            2: node('VAEEncodeForInpaint'),
            3: node('KSampler', { seed: 5 }),
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
    claim: 'ai-edited',
  },
  {
    name: 'ComfyUI, enlarging only',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({
            1: node('LoadImage'),
            2: node('UpscaleModelLoader', { model_name: '4x-UltraSharp.pth' }),
            3: node('ImageUpscaleWithModel'),
            4: node('SaveImage'),
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
    claim: 'ai-edited',
    parameters: { Model: '4x-UltraSharp.pth' },
  },
  {
    name: 'ComfyUI, a graph that only scales: no claim',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({ 1: node('LoadImage'), 2: node('ImageScaleBy'), 3: node('SaveImage') }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
    claim: null,
  },
  {
    name: 'ComfyUI, a sampler of a node pack behind a picture that is loaded',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({
            1: node('LoadImage', { image: 'me.png' }),
            2: node('Impact KontextEdit', { image: ['1', 0], basic_pipe: ['7', 0], strength: 1 }),
            3: node('SaveImage'),
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
  },
  {
    name: 'ComfyUI, a node that asks a service',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({
            1: node('LoadImage', { image: 'me.png' }),
            2: node('GeminiImageNode', { prompt: 'a duck', images: ['1', 0] }),
            3: node('SaveImage'),
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
  },
  {
    name: 'ComfyUI, workflow alone, known by what flows between its nodes',
    file: () =>
      pngWith([
        [
          'workflow',
          JSON.stringify({
            nodes: [
              { type: 'LoadImage', outputs: [{ name: 'IMAGE', type: 'IMAGE' }] },
              { type: 'Refiner of a pack', inputs: [{ name: 'a', type: 'LATENT' }] },
            ],
            links: [],
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
  },
  ...['RecraftCrispUpscaleNode', 'StabilityUpscaleFastNode', 'OpenAIDalle3', 'CoreSampler'].map(
    (type) => ({
      name: `ComfyUI, a service or a pack known by its name alone: ${type}`,
      file: () =>
        pngWith([
          ['prompt', JSON.stringify({ 1: node('EmptyImage'), 2: node(type, { image: ['1', 0] }) })],
        ]),
      id: 'metadata.comfyui-graph',
    }),
  ),
  {
    name: 'ComfyUI, enlarging and scaling by a node of a pack',
    file: () =>
      pngWith([
        [
          'prompt',
          JSON.stringify({
            1: node('LoadImage'),
            2: node('UpscaleModelLoader', { model_name: '4x-UltraSharp.pth' }),
            3: node('ImageUpscaleWithModel', { upscale_model: ['2', 0], image: ['1', 0] }),
            4: node('ImageResizeKJ', { width: 512 }),
            5: node('SaveImage'),
          }),
        ],
      ]),
    id: 'metadata.comfyui-graph',
    claim: 'ai-edited',
  },
  {
    name: 'InvokeAI, graph alone',
    file: () =>
      pngWith([
        [
          'invokeai_graph',
          '{"id":"g","nodes":{"denoise":{"id":"denoise","type":"denoise_latents"}},"edges":[]}',
        ],
      ]),
    id: 'metadata.invokeai',
  },
  {
    name: 'InvokeAI, workflow alone',
    file: () =>
      pngWith([
        [
          'invokeai_workflow',
          '{"name":"","nodes":[{"id":"a","type":"invocation","data":{"type":"denoise_latents"}}],"edges":[]}',
        ],
      ]),
    id: 'metadata.invokeai',
  },
  {
    name: 'InvokeAI, a graph that only resizes: no claim',
    file: () =>
      pngWith([
        [
          'invokeai_graph',
          '{"id":"g","nodes":{"a":{"type":"image"},"b":{"type":"img_resize"}},"edges":[]}',
        ],
      ]),
    id: 'metadata.invokeai',
    claim: null,
  },
  {
    name: 'InvokeAI, a workflow that only enlarges',
    file: () =>
      pngWith([
        [
          'invokeai_workflow',
          '{"nodes":[{"type":"invocation","data":{"type":"esrgan"}}],"edges":[]}',
        ],
      ]),
    id: 'metadata.invokeai',
    claim: 'ai-edited',
  },
  {
    name: 'InvokeAI 3 to 6',
    file: () =>
      pngWith([
        ['invokeai_metadata', INVOKE_3],
        ['invokeai_graph', '{"id":"g","nodes":{}}'],
      ]),
    id: 'metadata.invokeai',
    vendor: 'InvokeAI',
    parameters: {
      Model: 'juggernautXL',
      Seed: '3293022630',
      Size: '1024x768',
      Operation: 'sdxl_txt2img',
    },
  },
  {
    name: 'InvokeAI, inpainting',
    file: () => pngWith([['invokeai_metadata', INVOKE_3.replace('sdxl_txt2img', 'sdxl_inpaint')]]),
    id: 'metadata.invokeai',
    claim: 'ai-edited',
  },
  {
    name: 'InvokeAI 2',
    file: () =>
      pngWith([
        ['Dream', INVOKE_1],
        ['sd-metadata', INVOKE_2],
      ]),
    id: 'metadata.invokeai',
    parameters: {
      Model: 'stable-diffusion-1.5',
      Seed: '1618033988',
      Size: '640x512',
      Version: 'v2.2.4',
    },
  },
  {
    name: 'InvokeAI 1, options in the prompt notwithstanding',
    file: () => pngWith([['Dream', INVOKE_1]]),
    id: 'metadata.invokeai',
    parameters: {
      Sampler: 'k_lms',
      Steps: '50',
      Seed: '1618033988',
      Size: '512x768',
      'CFG scale': '7.5',
    },
  },
  {
    name: 'NovelAI of 2022 (unsigned; keys of a real file)',
    file: () =>
      pngWith([
        ['Title', 'AI generated image'],
        ['Description', 'masterpiece, cat, space'],
        ['Software', 'NovelAI'],
        ['Source', 'Stable Diffusion 1D44365E'],
        [
          'Comment',
          '{"steps": 50, "sampler": "k_euler_ancestral", "seed": 2253955223, "strength": 0.4, "noise": 0.0, "scale": 10.0, "uc": "lowres"}',
        ],
      ]),
    id: 'metadata.novelai',
    vendor: 'NovelAI',
    parameters: {
      Model: 'Stable Diffusion 1D44365E',
      Sampler: 'k_euler_ancestral',
      Seed: '2253955223',
    },
  },
  {
    name: 'Fooocus, PNG, scheme fooocus',
    file: () =>
      pngWith([
        ['parameters', JSON.stringify(FOOOCUS)],
        ['fooocus_scheme', 'fooocus'],
      ]),
    id: 'metadata.fooocus',
    vendor: 'Fooocus',
    parameters: FOOOCUS_PARAMETERS,
  },
  {
    name: 'Fooocus, PNG, scheme a1111',
    file: () =>
      pngWith([
        ['parameters', FOOOCUS_LINE],
        ['fooocus_scheme', 'a1111'],
      ]),
    id: 'metadata.fooocus',
    vendor: 'Fooocus',
    parameters: { Model: 'juggernautXL', Seed: '77', Version: 'Fooocus v2.5.5' },
  },
  {
    name: 'Fooocus, WebP (Pillow puts UserComment and MakerNote into the first directory)',
    file: () =>
      webpWith({
        exif: exifBlock({
          [TAG.software]: 'Fooocus v2.5.5',
          [TAG.makerNote]: 'fooocus',
          [TAG.userComment]: JSON.stringify(FOOOCUS),
        }),
      }),
    id: 'metadata.fooocus',
    where: 'webp:exif UserComment',
    parameters: FOOOCUS_PARAMETERS,
  },
  {
    name: 'Fooocus, JPEG, scheme a1111, known by its Maker Note',
    file: () =>
      jpegWith({
        exif: exifBlock({
          [TAG.software]: 'Fooocus v2.5.5',
          [TAG.makerNote]: 'a1111',
          [TAG.userComment]: FOOOCUS_LINE.replace(', Version: Fooocus v2.5.5', ''),
        }),
      }),
    id: 'metadata.fooocus',
    parameters: { Model: 'juggernautXL' },
  },
  {
    name: 'SwarmUI, PNG (an iTXt chunk)',
    file: () => pngWith([['parameters', SWARM, 'iTXt']]),
    id: 'metadata.swarmui',
    vendor: 'SwarmUI',
    parameters: SWARM_PARAMETERS,
  },
  {
    name: 'SwarmUI, JPEG (little endian)',
    file: () => jpegWith({ exif: inComment(SWARM, 'le') }),
    id: 'metadata.swarmui',
    parameters: SWARM_PARAMETERS,
  },
  {
    name: 'SwarmUI, early JPEG',
    file: () => jpegWith({ exif: exifBlock({ [TAG.model]: SWARM }) }),
    id: 'metadata.swarmui',
    where: 'jpeg:exif Model',
  },
  {
    name: 'SwarmUI, hidden in the colours',
    file: () => hidden(SWARM, 'rgb', true),
    id: 'metadata.swarmui',
    where: 'pixels:rgb "parameters"',
    parameters: SWARM_PARAMETERS,
  },
  {
    name: 'Easy Diffusion, PNG',
    file: () => pngWith(chunks(EASY)),
    id: 'metadata.easy-diffusion',
    vendor: 'Easy Diffusion',
    parameters: EASY_PARAMETERS,
  },
  {
    name: 'Easy Diffusion, PNG with words',
    file: () =>
      pngWith([
        ['Prompt', 'a duck'],
        ['Seed', '3401289'],
        ['Stable Diffusion model', '/home/jane/sd-v1-5.safetensors'],
        ['Sampler', 'euler_a'],
        ['Width', '512'],
        ['Height', '640'],
        ['Steps', '25'],
      ]),
    id: 'metadata.easy-diffusion',
    parameters: { Model: 'sd-v1-5.safetensors', Size: '512x640' },
  },
  {
    name: 'Easy Diffusion, JPEG',
    file: () => jpegWith({ exif: inComment(JSON.stringify(EASY)) }),
    id: 'metadata.easy-diffusion',
    parameters: EASY_PARAMETERS,
  },
  {
    name: 'Draw Things',
    file: () =>
      pngWith([], {
        xmp: xmpPacket(
          `<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">${'{"c":"a duck","uc":"","model":"jibmix_zit_v1.0_q6p.ckpt","sampler":"Euler A Trailing","scale":1,"seed":1953631,"size":"768x1024","steps":8,"strength":1}'.replaceAll('"', '&quot;')}</rdf:li></rdf:Alt></exif:UserComment>`,
          'xmp:CreatorTool="Draw Things"',
        ),
      }),
    id: 'metadata.draw-things',
    vendor: 'Draw Things',
    parameters: {
      Model: 'jibmix_zit_v1.0_q6p.ckpt',
      Sampler: 'Euler A Trailing',
      Size: '768x1024',
    },
  },
  ...(['alpha', 'rgb'] as const).flatMap((channel) =>
    [true, false].map((compressed): MetadataSample => {
      const magic = `stealth_${channel === 'alpha' ? 'png' : 'rgb'}${compressed ? 'comp' : 'info'}`;
      return {
        name: magic,
        file: () => hidden(A1111, channel, compressed),
        id: 'metadata.stealth-pnginfo',
        vendor: null,
        where: `pixels:${channel} ${magic}`,
        parameters: A1111_PARAMETERS,
      };
    }),
  ),
  {
    name: 'Midjourney',
    file: () =>
      pngWith(
        [
          ['Description', DREAM_TEXT],
          ['Author', 'jane_doe'],
        ],
        { xmp: guid(JOB) },
      ),
    id: 'metadata.midjourney',
    vendor: 'Midjourney',
    parameters: { Version: '5.2' },
  },
  {
    name: 'Google Gemini (XMP)',
    file: () => pngWith([], { xmp: credit('Made with Google AI') }),
    id: 'metadata.google-ai-credit',
    vendor: 'Google',
  },
  {
    name: 'Google Photos (IPTC)',
    file: () => jpegWith({ segments: [[0xed, iptcSegment(110, 'Edited with Google AI')]] }),
    id: 'metadata.google-ai-edit-credit',
    claim: 'ai-edited',
    where: 'iptc Credit',
  },
  {
    name: 'Apple Clean Up',
    file: () => jpegWith({ segments: [[0xed, iptcSegment(110, 'Apple Photos Clean Up')]] }),
    id: 'metadata.apple-edit',
    claim: 'ai-edited',
    vendor: 'Apple Photos',
  },
  {
    name: 'Samsung Galaxy AI',
    file: () =>
      jpegWith({
        trailer: samsungTrailer([
          [0x0a01, 'Image_UTC_Data', '1716900000000'],
          [
            0x0ba1,
            'PhotoEditor_Re_Edit_Data',
            '{"originalPath":"\\/data\\/sec\\/photoeditor\\/0\\/jane.jpg","clipInfoValue":"{\\"mCenterX\\":0.5,\\"mCenterY\\":0.5}","sepVersion":"150100","genAIType":3}',
          ],
        ]),
      }),
    id: 'metadata.samsung-galaxy-ai',
    claim: 'ai-edited',
    vendor: 'Samsung',
  },
  {
    name: 'Samsung, note nested in a string',
    file: () =>
      jpegWith({
        trailer: samsungTrailer([[0x0d91, 'PEg_Info', '{"info":"{\\"genAIType\\":1}"}']]),
      }),
    id: 'metadata.samsung-galaxy-ai',
    claim: 'ai-edited',
  },
  {
    name: 'xAI Grok',
    file: () =>
      jpegWith({
        exif: exifBlock(
          { [TAG.description]: `Signature: ${'Ab3+/'.repeat(80)}==`, [TAG.artist]: JOB },
          { [TAG.userComment]: userComment(`Signature: ${'Ab3+/'.repeat(80)}==`, 'ascii') },
        ),
      }),
    id: 'metadata.grok',
    vendor: 'xAI Grok',
  },
  {
    name: 'FLUX reference code',
    file: () =>
      jpegWith({
        exif: exifBlock({
          [TAG.make]: 'Black Forest Labs',
          [TAG.model]: 'flux-schnell',
          [TAG.software]: 'AI generated;txt2img;flux',
        }),
      }),
    id: 'metadata.flux-reference',
    vendor: 'Black Forest Labs',
    parameters: { Model: 'flux-schnell', Operation: 'txt2img' },
  },
  {
    name: 'Ideogram',
    file: () => pngWith([], { exif: exifBlock({ [TAG.make]: 'Ideogram AI' }) }),
    id: 'metadata.ideogram',
    vendor: 'Ideogram',
  },
  {
    name: 'Luma',
    file: () =>
      pngWith([
        ['Source', 'Luma AI'],
        ['Comment', "Generated by Luma AI's Uni-1 model (https://lumalabs.ai)"],
      ]),
    id: 'metadata.luma',
    vendor: 'Luma',
    parameters: { Model: 'Uni-1' },
  },
  {
    name: 'Reve',
    file: () => pngWith([], { xmp: xmpPacket('', 'xmp:CreatorTool="reve.com"') }),
    id: 'metadata.software-tag',
    vendor: 'Reve',
    parameters: { Tool: 'reve.com' },
  },
  {
    name: 'Mochi Diffusion',
    file: () => jpegWith({ segments: [[0xed, iptcSegment(65, 'Mochi Diffusion')]] }),
    id: 'metadata.software-tag',
    vendor: 'Mochi Diffusion',
  },
  {
    name: 'ByteDance Dreamina',
    file: () =>
      jpegWith({
        exif: inComment(
          '{"data":"{\\"product\\":\\"dreamina\\",\\"exportType\\":\\"generation\\"}"}',
          'ascii',
        ),
      }),
    id: 'metadata.bytedance-app',
    vendor: 'ByteDance Dreamina',
  },
  {
    name: 'ByteDance app label',
    file: () =>
      jpegWith({
        exif: exifBlock({
          [TAG.description]: '{"aigc_info":{"aigc_label_type":1},"product":"aweme"}',
        }),
      }),
    id: 'metadata.bytedance-app',
    vendor: null,
  },
  {
    name: 'Hugging Face job',
    file: () => pngWith([['hf-job-id', '5f3c9a7e-77aa-4b7c-8f5c-0b9bdc9bb0de']]),
    id: 'metadata.hugging-face-job',
  },
  {
    name: 'IPTC label, AI',
    file: () =>
      jpegWith({
        xmp: xmpPacket(
          '',
          'Iptc4xmpExt:DigitalSourceType="https://cv.iptc.org/newscodes/digitalsourcetype/TrainedAlgorithmicMedia"',
        ),
      }),
    id: 'metadata.digital-source-type',
  },
  {
    name: 'IPTC 2025.1',
    file: () =>
      webpWith({
        xmp: xmpPacket(
          '<Iptc4xmpExt:AISystemUsed>DALL-E</Iptc4xmpExt:AISystemUsed><Iptc4xmpExt:AISystemVersionUsed>3</Iptc4xmpExt:AISystemVersionUsed>' +
            '<Iptc4xmpExt:AIPromptWriterName>Jane Doe</Iptc4xmpExt:AIPromptWriterName>',
        ),
      }),
    id: 'metadata.iptc-ai-properties',
    parameters: { Tool: 'DALL-E', Version: '3' },
  },
  {
    name: 'IPTC 2025.1, prompt writer alone',
    file: () =>
      pngWith([], {
        xmp: xmpPacket('<Iptc4xmpExt:AIPromptWriterName>Jane Doe</Iptc4xmpExt:AIPromptWriterName>'),
      }),
    id: 'metadata.iptc-ai-properties',
    parameters: {},
  },
  ...(
    [
      ['PNG text', () => pngWith([['AIGC', AIGC]])],
      ['XMP text', () => pngWith([], { xmp: xmpPacket(`<TC260:AIGC>${escaped}</TC260:AIGC>`) })],
      ['XMP attribute', () => jpegWith({ xmp: xmpPacket('', `TC260:AIGC="${escaped}"`) })],
      [
        'XMP structure',
        () =>
          webpWith({
            xmp: xmpPacket(
              '<TC260:AIGC rdf:parseType="Resource"><TC260:Label>1</TC260:Label>' +
                '<TC260:ContentProducer>001191110102MACQD9K64010000</TC260:ContentProducer></TC260:AIGC>',
            ),
          }),
      ],
      ['EXIF UserComment', () => jpegWith({ exif: inComment(`{"AIGC":${AIGC}}`, 'ascii') })],
      [
        'EXIF ImageDescription',
        () => webpWith({ exif: exifBlock({ [TAG.description]: `{"AIGC":${AIGC}}` }) }),
      ],
      ['bare APP segment', () => jpegWith({ segments: [[0xeb, utf8(`AIGC${AIGC}`)]] })],
      ['JPEG comment', () => jpegWith({ segments: [[0xfe, utf8(`{"AIGC":${AIGC}}`)]] })],
      ['GIF comment', () => gifWith(`{"AIGC":${AIGC}}`)],
    ] as const
  ).map(([carrier, file]): MetadataSample => ({
    name: `TC260, ${carrier}`,
    file,
    id: 'metadata.tc260-aigc',
    parameters: AIGC_PARAMETERS,
  })),
  {
    name: 'TC260 of Tencent',
    file: () => jpegWith({ exif: exifBlock({ [TAG.description]: TENCENT }) }),
    id: 'metadata.tc260-aigc',
    parameters: { Label: '1', Producer: 'Tencent' },
  },
  {
    name: 'TC260, a platform suspects',
    file: () => pngWith([['AIGC', AIGC.replace('"Label":"1"', '"Label":"3"')]]),
    id: 'metadata.tc260-aigc',
  },
];
