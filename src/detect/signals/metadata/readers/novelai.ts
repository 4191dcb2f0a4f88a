/**
 * NovelAI: PNG text chunks, the same hidden in the alpha channel, and EXIF in WebP, with an Ed25519
 * signature over pixels and settings (github.com/NovelAI/novelai-image-metadata).
 */
import type { Evidence } from '../../../evidence.js';
import type { JsonObject, ReadJson } from '../json.js';
import type { NovelaiSignature } from '../novelai-signature.js';
import { checkNovelaiSignature, NOVELAI_KEY } from '../novelai-signature.js';
import { parameters, sizeOf } from '../parameters.js';
import type { Mark, MetadataReader } from '../reader.js';
import { defineReader, mark } from '../reader.js';
import { fits } from '../shape.js';
import type { MetadataView, TextField } from '../view.js';
import { exifFields, textFields } from '../view.js';

const EXPLAIN: Readonly<Record<NovelaiSignature, string>> = {
  valid:
    "NovelAI's Ed25519 signature covers every pixel and the settings, and only NovelAI has its key.",
  invalid:
    "There is a signature, but it does not fit these pixels and settings with NovelAI's key: the picture was changed after it was made, or the text was taken from another one.",
  unsigned:
    'The settings that NovelAI saves with its output; pictures from before 2023 have no signature, and neither has copied text.',
  unchecked: 'The signature was not checked, since the picture is too large or was not decoded.',
};

interface Settings {
  field: TextField;
  json: JsonObject;
  source: string | undefined;
}

/** Settings of each set whose signature is checked, over all of the pixels; NovelAI writes one. */
const MAX_SIGNED = 4;

/** @param publicKey 32 bytes in base64. */
export function createNovelaiReader(publicKey: string = NOVELAI_KEY): MetadataReader {
  return defineReader({
    id: 'novelai',
    guide: {
      tool: 'NovelAI',
      carriers:
        'PNG text `Software` "NovelAI" with `Comment` (JSON with `steps` and `uc`); the same in alpha bits; WebP EXIF UserComment with Software "NovelAI Diffusion ..."; `signed_hash` in the JSON',
      proves:
        'With a valid `signed_hash`: NovelAI made exactly these pixels with these settings. Without: NovelAI or a copy',
      spoofs:
        "The signature: nobody without NovelAI's private key. The text alone: any editor of text chunks",
    },
    read(view) {
      const found = [...inText(view), ...inExif(view)];
      const checked = found.map((settings) => ({
        settings,
        signature: checkNovelaiSignature(
          view.pixels,
          settings.field.value,
          publicKey,
          view.readJson,
        ),
      }));
      // One valid copy is enough: a re-saved text chunk does not undo the one in the pixels.
      const best = checked.find(({ signature }) => signature === 'valid') ?? checked[0];
      return best === undefined ? [] : [toMark(best.settings, best.signature)];
    },
  });
}

export const novelaiReader = createNovelaiReader();

function toMark({ field, json, source }: Settings, signature: NovelaiSignature): Mark {
  const valid = signature === 'valid';
  const requestType = typeof json.request_type === 'string' ? json.request_type : '';
  const claim: Evidence['claim'] = /infill/i.test(requestType) ? 'ai-edited' : 'ai-generated';
  return mark({
    id: valid ? 'metadata.novelai-signature' : 'metadata.novelai',
    finding: valid
      ? 'NovelAI generation settings, signed by NovelAI together with these pixels'
      : signature === 'invalid'
        ? 'NovelAI generation settings, whose signature does not fit these pixels'
        : 'NovelAI generation settings',
    strength: valid ? 'cryptographic' : 'structural',
    claim,
    where: field.where,
    explain: EXPLAIN[signature],
    vendor: 'NovelAI',
    parameters: parameters({
      Model: source,
      Sampler: json.sampler,
      Steps: json.steps,
      'CFG scale': json.scale,
      Seed: json.seed,
      Size: sizeOf(json.width, json.height),
      Operation: requestType,
    }),
  });
}

/** Chunks of the file and text in the pixels are two sets, each complete. */
function inText(view: MetadataView): Settings[] {
  return [false, true].flatMap((hidden) => {
    const fields = (keyword: string): TextField[] =>
      textFields(view, keyword).filter(({ source }) => (source === 'pixels') === hidden);
    if (!fields('Software').some(({ value }) => value === 'NovelAI')) return [];
    const source = fields('Source')[0]?.value;
    return fields('Comment')
      .flatMap((field) => {
        const json = settingsOf(field.value, view.readJson);
        return json === null ? [] : [{ field, json, source }];
      })
      .slice(0, MAX_SIGNED);
  });
}

function inExif(view: MetadataView): Settings[] {
  const source = view.exif.get('Software');
  if (!/^(?:NovelAI|Stable Diffusion)/.test(source ?? '')) return [];
  return exifFields(view, 'UserComment').flatMap((field) => {
    const json = settingsOf(field.value, view.readJson);
    // Software names the model, which others may run as well, so the settings must be NovelAI's.
    return json !== null && ('signed_hash' in json || 'request_type' in json)
      ? [{ field, json, source }]
      : [];
  });
}

function settingsOf(text: string, readJson: ReadJson): JsonObject | null {
  const outer = readJson(text);
  const json = typeof outer?.Comment === 'string' ? readJson(outer.Comment) : outer;
  if (json === null || !fits(json, { steps: 'number' })) return null;
  return fits(json, { uc: 'string' }) || fits(json, { v4_prompt: 'object' }) ? json : null;
}
