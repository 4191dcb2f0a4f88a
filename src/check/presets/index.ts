/** What `extends` may name: one file and one line each. */
import type { PolicyDocument, PresetName } from '../policy/schema.js';
import { euAiAct } from './eu-ai-act.js';
import { recommended } from './recommended.js';
import { sb942 } from './sb-942.js';
import { strict } from './strict.js';

export const PRESETS = {
  recommended,
  strict,
  'eu-ai-act': euAiAct,
  'sb-942': sb942,
} as const satisfies Record<PresetName, PolicyDocument>;
