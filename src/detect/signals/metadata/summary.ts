/**
 * What the report shows of the metadata. Only fields known to hold the name of a tool or a technical
 * fact are shown; all other text (names, places, serial numbers, captions, prompts) may identify people
 * and is counted, not printed, unless the caller asks for it.
 */
import { printable } from '../../../core/index.js';
import type { MetadataItem, MetadataReport } from '../../report.js';
import { isPrivate } from './personal.js';
import type { MetadataView } from './view.js';
import { XMP_NAMESPACES } from './xmp.js';

const SYSTEM_EXIF = ['Make', 'Model', 'LensModel', 'Software', 'DateTimeOriginal', 'Orientation'];
const SYSTEM_TEXT = ['Software', 'Creation Time', 'Generation time', 'date:create', 'date:modify'];
const SYSTEM_XMP: readonly (readonly [string, string])[] = [
  [XMP_NAMESPACES.xmp, 'CreatorTool'],
  [XMP_NAMESPACES.iptcExt, 'DigitalSourceType'],
  [XMP_NAMESPACES.iptcExt, 'AISystemUsed'],
  [XMP_NAMESPACES.iptcExt, 'AISystemVersionUsed'],
];
/** Credit lines of programs; any other credit names a person. */
const CREDITS =
  /^(?:(?:Made|Edited) with Google AI|AI-Generated with Google Photos|Apple (?:Photos (?:Clean Up|Generative Edit)|Image Playground))$/i;
/** A tool's name is short. */
const MAX_SYSTEM_LENGTH = 120;
/** EXIF tags that are numbers about the exposure, neither a tool nor a person. */
const PERSONAL_EXIF =
  /Artist|Copyright|Owner|Serial|^GPS|^(?:latitude|longitude)$|Author|Description|Comment|Host|Title|Subject|Keywords|ImageUniqueID/i;
/** Namespaces about how a picture was made or shown; everything else in XMP may name people. */
const TECHNICAL_XMP =
  /^http:\/\/ns\.adobe\.com\/(?:camera-raw-settings|tiff|xap\/1\.0\/(?:mm|sType|g)|xmp\/|exif\/1\.0\/aux)/;
const MAX_ITEMS = 200;

/** @param parameters what the readers found, already safe to show. */
export function summariseMetadata(
  view: MetadataView,
  parameters: readonly MetadataItem[],
  includePersonal: boolean,
): MetadataReport {
  const system: MetadataItem[] = parameters.slice(0, MAX_ITEMS);
  const personal: MetadataItem[] = [];
  let redacted = 0;
  const add = (known: boolean, name: string, value: string, where: string): void => {
    const shown = known && value.length <= MAX_SYSTEM_LENGTH && !isPrivate(value);
    const list = shown ? system : personal;
    if (!shown) redacted++;
    if (list.length < MAX_ITEMS) {
      list.push({ name: printable(name, 60), value: printable(value), where: printable(where) });
    }
  };

  const exifWhere = view.exifWhere ?? 'exif';
  for (const [tag, value] of view.exif) {
    const known = SYSTEM_EXIF.includes(tag);
    if (known || PERSONAL_EXIF.test(tag)) {
      add(known, tag, value, exifWhere);
    }
  }
  const xmpWhere = view.xmpWhere ?? 'xmp';
  for (const { namespace, name, value } of view.xmp) {
    const known =
      SYSTEM_XMP.some(([uri, property]) => uri === namespace && property === name) ||
      (name === 'Credit' && CREDITS.test(value));
    if (known || !TECHNICAL_XMP.test(namespace)) add(known, name, value, xmpWhere);
  }
  for (const [name, value] of view.iptc) add(false, name, value, 'iptc');
  for (const { keyword, value, where } of view.text) {
    add(SYSTEM_TEXT.includes(keyword), keyword, value, where);
  }
  return { system, personal: includePersonal ? personal : { redacted } };
}
