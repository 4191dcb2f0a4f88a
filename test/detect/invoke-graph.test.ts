import { describe, expect, it } from 'vitest';
import {
  readInvokeGraph,
  readInvokeWorkflow,
} from '../../src/detect/signals/metadata/invoke-graph.js';
import type { JsonObject } from '../../src/detect/signals/metadata/json.js';

const graph = (...nodes: JsonObject[]): JsonObject => ({
  nodes: Object.fromEntries(nodes.map((node, i) => [`n${i}`, node])),
  edges: [],
});
const workflow = (...nodes: JsonObject[]): JsonObject => ({
  nodes: nodes.map((data) => ({ type: 'invocation', data })),
  edges: [],
});

describe('an InvokeAI graph', () => {
  // Types of InvokeAI 3 to 6 and of vendors.
  it.each([
    'denoise_latents',
    'flux_denoise',
    'sd3_l2i',
    'l2i',
    'flux_vae_decode',
    'sdxl_model_loader',
    'z_image_text_encoder',
    'noise',
    'compel',
    'inpaint',
    'flux_redux_conditioning',
    'gemini_image_generation',
  ])('with %s makes a picture', (type) => {
    expect(readInvokeGraph(graph({ type: 'img_resize' }, { type }))).toBe('generated');
    expect(readInvokeWorkflow(workflow({ type: 'img_resize' }, { type }))).toBe('generated');
  });

  it.each([
    'image',
    'img_resize',
    'img_noise',
    'unsharp_mask_oklab',
    'invokeai_img_blend',
    'crop_image_to_bounding_box',
    'canny_edge_detection',
    'apply_mask_to_image',
    'infill_rgba',
    'cv_inpaint',
    'tile_to_properties',
    'image_generator',
    'integer_math',
    'canvas_output',
    'bounding_box',
    'if',
    '',
    '17',
    'img_resize\n',
  ])('of %j alone makes none', (type) => {
    expect(readInvokeGraph(graph({ type }))).toBe('arithmetic');
    expect(readInvokeWorkflow(workflow({ type }))).toBe('arithmetic');
  });

  it.each(['esrgan', 'spandrel_image_to_image', 'infill_lama'])(
    'of %s enlarges or fills',
    (type) => {
      expect(readInvokeGraph(graph({ type }, { type: 'spandrel_model_loader' }))).toBe('enlarged');
      expect(readInvokeGraph(graph({ type }, { type: 'denoise_latents' }))).toBe('generated');
    },
  );

  it('is told by what its nodes are fed with, whatever they are called', () => {
    expect(readInvokeGraph(graph({ type: 'my_pack', unet: {}, latents: {} }))).toBe('generated');
    expect(readInvokeWorkflow(workflow({ type: 'my_pack', inputs: { cfg_scale: {} } }))).toBe(
      'generated',
    );
    expect(readInvokeWorkflow(workflow({ type: 'my_pack', inputs: { width: {} } }))).toBe(
      'arithmetic',
    );
  });

  it('is looked at to its end', () => {
    const many = Array.from({ length: 4000 }, () => ({ type: 'img_resize' }));
    expect(readInvokeGraph(graph(...many, { type: 'denoise_latents' }))).toBe('generated');
  });

  it('is none without nodes and edges of its shape', () => {
    expect(readInvokeGraph({ nodes: {}, edges: [] })).toBeNull();
    expect(readInvokeGraph({ nodes: [], edges: [] })).toBeNull();
    expect(readInvokeGraph({ nodes: { a: { type: 5 } }, edges: [] })).toBeNull();
    expect(readInvokeWorkflow({ nodes: [{}], edges: [] })).toBeNull();
    expect(readInvokeWorkflow({ nodes: [{ type: 'invocation', data: {} }], edges: [] })).toBeNull();
    expect(readInvokeWorkflow({ nodes: [{ type: 'a', data: { type: 'l2i' } }] })).toBeNull();
  });
});
