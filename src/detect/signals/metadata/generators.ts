/**
 * Which generator Content Credentials name. A brand alone proves nothing (Adobe signs retouching, too):
 * only a manifest that states a source type of generative AI is asked who made the picture, whether it
 * is the active one or that of an ingredient, where OpenAI keeps it.
 */
import type { CredentialsReport } from '../../../c2pa/index.js';
import type { Evidence } from '../../evidence.js';
import type { MetadataItem } from '../../report.js';
import { digitalSourceType } from '../../source-type.js';
import { backingOf } from '../credentials.js';
import type { MetadataMarks } from './evidence.js';
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import { parameters } from './parameters.js';
import { shown } from './personal.js';

interface Generator {
  vendor: string;
  /** Beginnings of names of claim generators and software agents. */
  software: readonly string[];
  /** Beginnings of the organisation in the signer's certificate; asked when no software is known. */
  issuers: readonly string[];
}

/** Names seen in files, most of them listed by open detectors (docs/metadata.md says which were read here). */
export const GENERATORS: readonly Generator[] = [
  {
    vendor: 'OpenAI',
    software: ['ChatGPT', 'GPT-4o', 'gpt-image', 'DALL', 'Sora', 'OpenAI'],
    issuers: ['OpenAI'],
  },
  { vendor: 'Adobe Firefly', software: ['Adobe_Firefly', 'Adobe Firefly'], issuers: [] },
  {
    vendor: 'Google',
    software: ['Google C2PA Core Generator Library', 'Google Generative AI', 'Imagen', 'Gemini'],
    issuers: ['Google LLC'],
  },
  {
    vendor: 'Black Forest Labs',
    software: ['Black Forest Labs', 'Black_Forest_Labs', 'Flux.'],
    issuers: ['Black Forest Labs'],
  },
  {
    vendor: 'Microsoft',
    software: ['Microsoft Designer', 'Microsoft Copilot', 'Bing Image Creator', 'MAI-Image'],
    issuers: ['Microsoft'],
  },
  { vendor: 'xAI Grok', software: ['xAI Grok Imagine', 'Grok Imagine'], issuers: ['xAI'] },
  { vendor: 'Stability AI', software: ['Stability AI'], issuers: ['Stability AI'] },
  { vendor: 'ByteDance Dreamina', software: ['Dreamina'], issuers: [] },
  {
    vendor: 'ByteDance',
    software: ['Doubao', 'Jimeng'],
    issuers: ['volcengine', 'Byteplus', '北京火山引擎科技有限公司'],
  },
  { vendor: 'Canva', software: ['Canva'], issuers: ['Canva'] },
  { vendor: 'Ideogram', software: ['Ideogram'], issuers: ['Ideogram'] },
  { vendor: 'Runway', software: ['Runway'], issuers: ['Runway AI'] },
  { vendor: 'Recraft', software: ['Recraft'], issuers: ['Recraft'] },
  { vendor: 'Bria', software: ['Bria'], issuers: ['Bria Artificial Intelligence'] },
  { vendor: 'fal.ai', software: ['fal-ai'], issuers: ['fal-ai', 'fal.ai'] },
  { vendor: 'Higgsfield AI', software: ['Higgsfield AI'], issuers: [] },
  { vendor: 'Topaz Labs', software: ['Topaz Labs Image API'], issuers: [] },
  { vendor: 'Samsung', software: [], issuers: ['Samsung Galaxy', 'Samsung Electronics'] },
];

const MAX_MANIFESTS = 200;
const MAX_NAMES = 200;
const WHERE = 'c2pa:manifest';

/** @returns evidence that names, and claims nothing on top of what the credentials claim themselves. */
export function credentialGenerators(credentials: CredentialsReport): MetadataMarks {
  const generated = manifestsOf(credentials).filter(statesAi);
  const strength = backingOf(credentials) === 'trusted' ? 'cryptographic' : 'declared';
  const common = {
    layer: 'credentials',
    strength,
    claim: null,
    llr: 0,
    spoofable: strength !== 'cryptographic',
  } as const;
  const evidence: Evidence[] = [];
  const items: MetadataItem[] = [];

  for (const manifest of generated) {
    const generator = generatorOf(manifest);
    if (generator === null || evidence.some(({ vendor }) => vendor === generator.vendor)) continue;
    const { vendor, named } = generator;
    evidence.push({
      ...common,
      id: 'credentials.generator',
      finding: `Credentials name the generator: ${vendor}${named === null ? '' : ` (${shown(named, 60)})`}`,
      where: WHERE,
      explain:
        strength === 'cryptographic'
          ? 'A trusted signer names its own system.'
          : 'Whoever signed names a system; nobody on a trust list vouches for that.',
      vendor,
    });
    items.push(...settingsOf(manifest, named).map((item) => ({ ...item, where: WHERE })));
  }
  if (generated.some(hasSynthId)) {
    evidence.push({
      ...common,
      id: 'credentials.synthid',
      finding: 'Credentials record that a SynthID watermark was applied',
      where: `${WHERE} c2pa.watermarked`,
      explain:
        "An action in the manifest. The watermark itself can be read only by Google's own detector; it outlives the manifest.",
    });
  }
  return { evidence, parameters: items };
}

function manifestsOf({ store }: CredentialsReport): JsonObject[] {
  const manifests = store?.['manifests'];
  return isObject(manifests)
    ? Object.values(manifests).slice(0, MAX_MANIFESTS).filter(isObject)
    : [];
}

function generatorOf(manifest: JsonObject): { vendor: string; named: string | null } | null {
  const software = softwareOf(manifest);
  for (const { vendor, software: known } of GENERATORS) {
    // The agent of the action says more than the program that wrote the claim.
    const named = software.find((name) => begins(name, known));
    if (named !== undefined) return { vendor, named };
  }
  const signature = isObject(manifest.signature_info) ? manifest.signature_info : {};
  const issuer = typeof signature.issuer === 'string' ? signature.issuer : '';
  const byIssuer = GENERATORS.find(({ issuers }) => begins(issuer, issuers));
  return byIssuer === undefined ? null : { vendor: byIssuer.vendor, named: null };
}

const begins = (name: string, known: readonly string[]): boolean =>
  known.some((start) => name.slice(0, start.length).toLowerCase() === start.toLowerCase());

/** Software agents of actions first, then the claim generator. */
function softwareOf(manifest: JsonObject): string[] {
  const { claim_generator_info: stated } = manifest;
  const info = Array.isArray(stated) ? (stated as unknown[]) : [];
  return [
    ...actionsOf(manifest).map(({ softwareAgent }) => softwareAgent),
    ...info.slice(0, MAX_NAMES),
    manifest.claim_generator,
  ]
    .map((name: unknown) => (isObject(name) ? name.name : name))
    .filter((name) => typeof name === 'string');
}

function actionsOf(manifest: JsonObject): JsonObject[] {
  return assertionsOf(manifest, /^c2pa\.actions(?:\.v\d+)?(?:__\d+)?$/)
    .flatMap(({ actions }): unknown[] =>
      Array.isArray(actions) ? actions.slice(0, MAX_NAMES) : [],
    )
    .filter(isObject);
}

function assertionsOf(manifest: JsonObject, label: RegExp): JsonObject[] {
  const assertions = Array.isArray(manifest.assertions) ? (manifest.assertions as unknown[]) : [];
  return assertions
    .slice(0, MAX_NAMES)
    .filter(isObject)
    .filter((assertion) => typeof assertion.label === 'string' && label.test(assertion.label))
    .map(({ data }) => data)
    .filter(isObject);
}

function statesAi(manifest: JsonObject): boolean {
  return actionsOf(manifest).some(({ digitalSourceType: type }) => {
    const claim = typeof type === 'string' ? digitalSourceType(type)?.claim : null;
    return claim === 'ai-generated' || claim === 'ai-edited';
  });
}

/** Google: `c2pa.edited`, "Applied imperceptible SynthID watermark."; newer files: `c2pa.watermarked`. */
function hasSynthId(manifest: JsonObject): boolean {
  return actionsOf(manifest).some(({ description }) =>
    typeof description === 'string' ? /\bSynthID\b/i.test(description) : false,
  );
}

function settingsOf(manifest: JsonObject, named: string | null) {
  const made = actionsOf(manifest).map(({ parameters: given }) => (isObject(given) ? given : {}));
  const firefly = made.find((given) => 'com.adobe.firefly.version' in given);
  // Black Forest Labs: {model, prompt, ai_generated}.
  const content = assertionsOf(manifest, /^c2pa\.ai_generated_content$/)[0];
  return parameters({
    Tool: named,
    Model: content?.model,
    Version: firefly?.['com.adobe.firefly.version'],
    Operation: firefly?.['com.adobe.firefly.operation'],
  });
}
