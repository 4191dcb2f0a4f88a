/** Every metadata reader, in the order their evidence is listed. Adding one: a file and a line. */
import type { MetadataReader } from '../reader.js';
import { a1111Reader } from './a1111.js';
import { cameraReader } from './camera.js';
import { comfyuiReader } from './comfyui.js';
import { namedFieldsReader } from './named-fields.js';
import { sourceTypeReader } from './source-type.js';
import { tc260Reader } from './tc260.js';

export const METADATA_READERS: readonly MetadataReader[] = [
  sourceTypeReader,
  a1111Reader,
  comfyuiReader,
  namedFieldsReader,
  tc260Reader,
  cameraReader,
];
