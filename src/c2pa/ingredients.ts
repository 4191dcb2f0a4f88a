/** What the image was made from, as the engine's builder takes it. */
import { tooManyBoxes } from './box-limit.js';
import type { Engine } from './engine.js';
import { C2paError } from './errors.js';
import { isCredentialFormat } from './formats.js';
import { MemoryBlob } from './host.js';
import { withoutTail } from './prepare.js';
import type { ManifestTemplate } from './templates/types.js';

/** An image that another was made from. */
export interface ParentImage {
  bytes: Uint8Array;
  mime: string;
  title: string;
}

export type Builder = ReturnType<Engine['Builder']['fromJson']>;

export const blobOf = (bytes: Uint8Array): Blob => new MemoryBlob(bytes) as unknown as Blob;

/** Type of every JUMBF superbox, and so part of any manifest store in any container. */
const JUMBF_TYPE = 'jumb';

/** @returns warnings. @throws C2paError C2PA_SIGN_FAILED for a store that is not read; what the engine throws (a string or an Error). */
export async function addIngredients(
  builder: Builder,
  template: ManifestTemplate,
  parent: ParentImage | undefined,
  inputs: readonly ParentImage[] = [],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const [name, content] of template.resources) {
    builder.addResourceFromBlob(name, blobOf(content));
  }
  if (parent !== undefined) {
    const described = template.parent ?? { relationship: 'parentOf' };
    warnings.push(...(await addImage(builder, described, parent)));
  }
  for (const [i, input] of inputs.entries()) {
    const described = { label: template.inputs![i]!, relationship: 'inputTo' };
    warnings.push(...(await addImage(builder, described, input)));
  }
  for (const ingredient of template.ingredients) builder.addIngredient(JSON.stringify(ingredient));
  return warnings;
}

async function addImage(
  builder: Builder,
  described: object,
  { bytes: whole, mime, title }: ParentImage,
): Promise<string[]> {
  const json = JSON.stringify({ ...described, title, format: mime });
  const bytes = withoutTail(whole, mime);
  const excess = tooManyBoxes(bytes, mime);
  if (excess !== null) throw new C2paError({ code: 'C2PA_SIGN_FAILED', message: excess });
  try {
    if (!isCredentialFormat(mime)) throw new Error(`${mime} is no known container`);
    await builder.addIngredientFromBlob(json, mime, blobOf(bytes));
    return [];
  } catch (error) {
    // Nothing is lost with a container that the engine cannot read, as long as it holds no manifest.
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(JUMBF_TYPE)) throw error;
    builder.addIngredient(json);
    return ['the container of the image before could not be read; it is noted by name only'];
  }
}
