/**
 * What the report shows of the metadata. Names, places, serial numbers and prompts identify people,
 * so they are counted and not printed unless the caller asks for them.
 */
import { printable } from '../../../core/index.js';
import type { MetadataItem, MetadataReport } from '../../report.js';
import type { MetadataView } from './view.js';
import { XMP_NAMESPACES } from './xmp.js';

const SYSTEM_EXIF = ['Make', 'Model', 'LensModel', 'Software', 'DateTimeOriginal', 'Orientation'];
const SYSTEM_XMP = [
  [XMP_NAMESPACES.xmp, 'CreatorTool'],
  [XMP_NAMESPACES.iptcExt, 'DigitalSourceType'],
  [XMP_NAMESPACES.iptcExt, 'AISystemUsed'],
  [XMP_NAMESPACES.iptcExt, 'AISystemVersionUsed'],
  [XMP_NAMESPACES.photoshop, 'Credit'],
] as const;
const PERSONAL_TAG =
  /^(Artist|Copyright|OwnerName|CameraOwnerName|.*SerialNumber|GPS.*|Author|creator|rights|AIPromptInformation|AIPromptWriterName|Byline|XPAuthor|HostComputer|ImageDescription|UserComment|Description|parameters|prompt|Comment|Dream)$/i;
const MAX_ITEMS = 200;

export function summariseMetadata(view: MetadataView, includePersonal: boolean): MetadataReport {
  const system: MetadataItem[] = [];
  const personal: MetadataItem[] = [];
  const add = (list: MetadataItem[], name: string, value: string, where: string): void => {
    if (list.length < MAX_ITEMS)
      list.push({ name: printable(name, 60), value: printable(value), where });
  };

  const exifWhere = view.exifWhere ?? 'exif';
  for (const [tag, value] of view.exif) {
    if (SYSTEM_EXIF.includes(tag)) add(system, tag, value, exifWhere);
    else if (PERSONAL_TAG.test(tag)) add(personal, tag, value, exifWhere);
  }
  const xmpWhere = view.xmpWhere ?? 'xmp';
  for (const { namespace, name, value } of view.xmp) {
    if (SYSTEM_XMP.some(([uri, property]) => uri === namespace && property === name)) {
      add(system, name, value, xmpWhere);
    } else if (PERSONAL_TAG.test(name)) {
      add(personal, name, value, xmpWhere);
    }
  }
  for (const { keyword, value, where } of view.text) {
    if (PERSONAL_TAG.test(keyword)) add(personal, keyword, value, where);
    else add(system, keyword, value, where);
  }
  return { system, personal: includePersonal ? personal : { redacted: personal.length } };
}
