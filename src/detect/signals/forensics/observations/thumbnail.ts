/** The EXIF thumbnail against the picture. */
import { defineObservation, notApplicable } from '../observation.js';
import { fitThumbnail } from '../thumbnail-fit.js';

const THUMBNAIL_AGREES = 0.9;

export const thumbnail = defineObservation({
  id: 'forensics.thumbnail',
  where: 'exif:thumbnail',
  explain:
    'Cameras store a small copy. Programs that change the picture and keep the EXIF block leave the old one, so a thumbnail that shows something else, or more, is strong evidence of an edit and may show what was there before. Agreement proves nothing: many programs write a new one.',
  measure({ thumbnail: small, pixels }) {
    if (small === null) return notApplicable('No thumbnail in the EXIF block');
    if (Math.min(pixels.width, pixels.height) < 32)
      return notApplicable('The picture is too small');
    const { whole, part } = fitThumbnail(small, pixels);
    const shown = whole.toFixed(2);
    const measures = {
      correlation: Math.round(1000 * whole) / 1000,
      partCorrelation: part === null ? null : Math.round(1000 * part.correlation) / 1000,
    };
    if (whole >= THUMBNAIL_AGREES) {
      return {
        status: 'not-observed',
        finding: `The EXIF thumbnail shows the picture (correlation ${shown})`,
        measures,
        log10FalseAlarms: null,
        regions: [],
      };
    }
    const cropped = part !== null && part.correlation >= 0.92;
    return {
      status: 'observed',
      finding: cropped
        ? `The EXIF thumbnail shows more than the picture: it fits the part from ${percent(part.x)}, ${percent(part.y)} of ${percent(part.width)} x ${percent(part.height)} (correlation ${part.correlation.toFixed(2)}), so the picture was cropped`
        : `The EXIF thumbnail does not show the picture (correlation ${shown}, ${THUMBNAIL_AGREES} is agreement)`,
      measures,
      log10FalseAlarms: null,
      regions: [],
    };
  },
});

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
