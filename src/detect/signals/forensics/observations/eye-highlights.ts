/** Highlights in both eyes of a face. Never a reason for anything: its power is measured, and not enough. */
import { compareHighlights } from '../eye-highlights.js';
import { findEyes } from '../eye-finder.js';
import { defineObservation, notApplicable } from '../observation.js';

export const eyeHighlights = defineObservation({
  id: 'forensics.eye-highlights',
  where: 'pixels',
  explain:
    'Reflections in the two eyes of the largest face that looks at the camera. One distant light gives both the same; a near lamp, a turned head, contact lenses and retouching do not, and newer generators do it well. docs/forensics.md shows how often eyes are found and how little this separates.',
  measure({ pixels }) {
    const eyes = findEyes(pixels);
    if (eyes === null) return notApplicable('No pair of eyes large enough was found');
    const highlights = compareHighlights(pixels, eyes);
    if (highlights === null) {
      return notApplicable('What may be a pair of eyes shows no highlight in both');
    }
    const { overlap, left, right } = highlights;
    const rounded = (value: number): number => Math.round(1000 * value) / 1000;
    return {
      // Without power there is nothing to observe, whatever the number.
      status: 'not-observed',
      finding: `Highlights of what may be two eyes overlap by ${overlap.toFixed(2)} (0 = not at all, 1 = alike)`,
      measures: {
        overlap: rounded(overlap),
        left: rounded(left),
        right: rounded(right),
        likeness: rounded(eyes.likeness),
        radius: Math.round((eyes.left.radius + eyes.right.radius) / 2),
      },
      log10FalseAlarms: null,
      regions: [eyes.left, eyes.right].map(({ x, y, radius }) => ({
        x: Math.max(0, Math.round(x - radius)),
        y: Math.max(0, Math.round(y - radius)),
        width: Math.round(2 * radius),
        height: Math.round(2 * radius),
      })),
    };
  },
});
