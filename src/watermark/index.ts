export { embedWatermark } from './embed.js';
export type { EmbedOptions, EmbedResult } from './embed.js';
export { extractWatermark, verifyWatermark, WATERMARK_ALG } from './extract.js';
export type { ExtractOptions, ExtractResult, Geometry, VerifyOptions } from './extract.js';
export { createWatermarkKey, PUBLIC_KEY } from './key.js';
export type { WatermarkKey } from './key.js';
export { assertPayload } from './payload.js';
export { payloadFor, payloadOrigin } from './origin.js';
export type { PayloadOrigin } from './origin.js';
