/**
 * Camera tags. They are what a photograph has and what anyone can copy, so they weigh little and
 * never make a verdict; they matter when they contradict something stronger.
 */
import { holdsSettings, shown } from '../personal.js';
import { defineReader, mark, METADATA_LLR } from '../reader.js';

const EXPOSURE_TAGS = ['ExposureTime', 'FNumber', 'ISO', 'FocalLength', 'DateTimeOriginal'];

export const cameraReader = defineReader({
  id: 'camera',
  guide: {
    tool: 'Cameras and phones',
    carriers: 'EXIF Make and Model with at least three exposure tags; a Maker Note adds weight',
    proves: 'Little: it never makes a verdict, and it is shown where it contradicts something else',
    spoofs: 'One command that copies EXIF from a photograph',
  },
  read(view) {
    const make = view.exif.get('Make');
    const model = view.exif.get('Model');
    if (make === undefined || model === undefined) return [];
    if (holdsSettings(make) || holdsSettings(model)) return [];
    const exposure = EXPOSURE_TAGS.filter((tag) => view.exif.has(tag));
    if (exposure.length < 3) return [];
    const note = view.hasMakerNote && view.makerNoteText === null;
    return [
      mark({
        id: 'metadata.camera-exif',
        finding: `Camera tags of ${shown(`${make} ${model}`, 80)} with ${exposure.length} exposure tags${note ? ' and a Maker Note' : ''}`,
        strength: 'hint',
        claim: 'camera-captured',
        llr: note ? METADATA_LLR.camera : METADATA_LLR.camera / 2,
        where: view.exifWhere ?? 'exif',
        explain:
          'Cameras write such tags, and they survive editing; copying them into another file takes one command.',
      }),
    ];
  },
});
