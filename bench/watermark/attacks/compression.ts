/** Lossy files, 4:2:0 where the format offers a choice. */
import { recoded } from '../raster.js';
import type { Attack, Group, Suite } from './attack.js';

function jpeg(quality: number, group: Group, suites: readonly Suite[] = []): Attack {
  return {
    name: `JPEG ${quality}`,
    group,
    category: 'compression',
    suites,
    run: (image) => recoded(image, 'jpeg', quality),
  };
}

function webp(quality: number, group: Group): Attack {
  return {
    name: `WebP ${quality}`,
    group,
    category: 'compression',
    run: (image) => recoded(image, 'webp', quality),
  };
}

export const COMPRESSION: readonly Attack[] = [
  jpeg(95, 'core'),
  jpeg(90, 'core', ['WAVES', 'OmniSeal']),
  jpeg(75, 'core'),
  jpeg(50, 'core', ['WAM', 'OmniSeal']),
  webp(90, 'core'),
  webp(75, 'core'),
  webp(50, 'core'),
  {
    name: 'AVIF 50',
    group: 'core',
    category: 'compression',
    run: (image) => recoded(image, 'avif', 50),
  },
  {
    name: 'JPEG 90, then JPEG 70',
    group: 'core',
    category: 'compression',
    run: async (image) => recoded(await recoded(image, 'jpeg', 90), 'jpeg', 70),
  },
  jpeg(30, 'hard'),
  webp(30, 'hard'),
  jpeg(10, 'extreme', ['WAVES', 'W-Bench']),
  jpeg(80, 'suite', ['WAM', 'OmniSeal']),
  jpeg(70, 'suite', ['W-Bench', 'OmniSeal']),
  jpeg(55, 'suite', ['W-Bench']),
  jpeg(40, 'suite', ['W-Bench', 'OmniSeal']),
  jpeg(25, 'suite', ['W-Bench']),
];
