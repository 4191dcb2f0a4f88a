/** All readers, in the order of docs/metadata.md: generators, apps, standards, cameras. */
import type { MetadataReader } from '../reader.js';
import { a1111Reader } from './a1111.js';
import { appleReader } from './apple.js';
import { blackForestLabsReader } from './black-forest-labs.js';
import { bytedanceAppReader } from './bytedance-app.js';
import { cameraReader } from './camera.js';
import { comfyuiReader } from './comfyui.js';
import { drawThingsReader } from './draw-things.js';
import { easyDiffusionReader } from './easy-diffusion.js';
import { fooocusReader } from './fooocus.js';
import { googleReader } from './google.js';
import { grokReader } from './grok.js';
import { huggingFaceReader } from './hugging-face.js';
import { ideogramReader } from './ideogram.js';
import { invokeaiReader } from './invokeai.js';
import { iptcAiReader } from './iptc-ai.js';
import { lumaReader } from './luma.js';
import { midjourneyReader } from './midjourney.js';
import { novelaiReader } from './novelai.js';
import { samsungReader } from './samsung.js';
import { softwareTagReader } from './software-tag.js';
import { sourceTypeReader } from './source-type.js';
import { stealthReader } from './stealth.js';
import { swarmuiReader } from './swarmui.js';
import { tc260Reader } from './tc260.js';

export const METADATA_READERS: readonly MetadataReader[] = [
  a1111Reader,
  comfyuiReader,
  invokeaiReader,
  novelaiReader,
  fooocusReader,
  swarmuiReader,
  easyDiffusionReader,
  drawThingsReader,
  stealthReader,
  midjourneyReader,
  googleReader,
  appleReader,
  samsungReader,
  grokReader,
  blackForestLabsReader,
  ideogramReader,
  lumaReader,
  softwareTagReader,
  bytedanceAppReader,
  huggingFaceReader,
  sourceTypeReader,
  iptcAiReader,
  tc260Reader,
  cameraReader,
];
