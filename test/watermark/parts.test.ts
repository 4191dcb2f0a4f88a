import { describe, expect, it } from 'vitest';
import { warpInParts } from '../../src/watermark/parts.js';
import { createPlane } from '../../src/watermark/plane.js';
import { LONGEST } from '../../src/watermark/warp.js';

const turnedBy20 = (scale: number) => {
  const c = scale * Math.cos(0.35);
  const s = scale * Math.sin(0.35);
  return [c, s, -s, c] as const;
};

describe('warpInParts', () => {
  it.each([
    ['fits', 640, 512, [1, 0, 0, 1] as const, 1],
    ['is long', 2048, 512, [1, 0, 0, 1] as const, 4],
    ['is high', 512, 1500, [1, 0, 0, 1] as const, 2],
    ['stands within something larger, turned', 640, 512, turnedBy20(1.5), 2],
    ['is far too large', 700, 600, [3, 0, 0, 3] as const, 4],
  ])('a plane that %s', (_name, width, height, matrix, least) => {
    const parts = warpInParts(createPlane(width, height), { matrix, x: 11, y: 7 });
    expect(parts.length).toBeGreaterThanOrEqual(least);
    if (least === 1) expect(parts).toHaveLength(1);
    const owners = new Uint8Array(width * height);
    for (const { rect, warped } of parts) {
      for (let y = rect.top; y < rect.bottom; y++) {
        for (let x = rect.left; x < rect.right; x++) owners[y * width + x]!++;
      }
      expect(Math.max(warped.luma.width, warped.luma.height)).toBeLessThanOrEqual(LONGEST);
    }
    // Every place belongs to one part.
    expect(owners.every((count) => count === 1)).toBe(true);
  });

  it('lets neighbours see the same places alike, so that no seam shows', () => {
    const width = 1200;
    const plane = createPlane(width, 512);
    plane.data.forEach((_, i) => (plane.data[i] = (i % width) / 8 + Math.floor(i / width)));
    const parts = warpInParts(plane, { matrix: [1, 0, 0, 1], x: 0, y: 0 });
    expect(parts.map(({ rect }) => [rect.left, rect.right])).toEqual([
      [0, 600],
      [600, 1200],
    ]);
    for (const { warped } of parts) {
      const { luma, origin } = warped;
      for (const x of [540, 599, 600, 660]) {
        const at = 100 * luma.width + x - origin.x;
        expect(luma.data[at]).toBeCloseTo(x / 8 + 100, 3);
      }
    }
  });
});
