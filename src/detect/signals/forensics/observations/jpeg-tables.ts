/** Quantisation tables: quality, subsampling, and who writes such tables. */
import { ijgQuality, ijgTable, nearestIjgQuality } from '../ijg.js';
import type { JpegFacts } from '../jpeg-facts.js';
import { lumaTable, subsamplingName } from '../jpeg-facts.js';
import { defineObservation, notApplicable } from '../observation.js';
import { knownWriter } from '../writers.js';

export const jpegTables = defineObservation({
  id: 'forensics.jpeg-tables',
  where: 'jpeg:DQT',
  explain:
    'Tells which encoder saved the file last and how hard it compressed. Cameras and Adobe programs use tables of their own; libjpeg tables are written by nearly all other software, generators included, so they say nothing about the origin.',
  measure({ jpeg, format }) {
    if (jpeg === null) {
      return notApplicable(
        format === 'jpeg' ? 'The JPEG headers are incomplete' : 'Not a JPEG file',
      );
    }
    const luma = lumaTable(jpeg);
    const quality = ijgQuality(luma, 'luma');
    const nearest = quality ?? nearestIjgQuality(luma);
    const writer = knownWriter(jpeg.digest, jpeg.sampling);
    const sampling = subsamplingName(jpeg);
    const process = processName(jpeg.frame);
    const chroma = chromaTable(jpeg);
    const ownChroma =
      quality !== null &&
      chroma !== null &&
      !ijgTable(quality, 'chroma').every((step, i) => step === chroma[i]);
    const tables =
      quality !== null
        ? `libjpeg tables of quality ${quality}${ownChroma ? ' with other chroma tables' : ''}`
        : writer !== null
          ? `tables as ${writer.name} writes them, near libjpeg quality ${nearest}`
          : `tables of no listed writer, near libjpeg quality ${nearest}`;
    return {
      status: 'observed',
      finding: `JPEG ${tables}; ${sampling}, ${process}`,
      measures: {
        quality: nearest,
        standardTables: quality !== null ? 'yes' : 'no',
        writer: writer?.name ?? (quality === null ? null : 'libjpeg'),
        subsampling: sampling,
        process,
        huffman: jpeg.standardHuffman ? 'standard' : 'own',
        adobeTransform: jpeg.adobeTransform,
        digest: jpeg.digest,
      },
      log10FalseAlarms: null,
      regions: [],
    };
  },
});

function chromaTable({ components, tables }: JpegFacts): readonly number[] | null {
  if (components.length !== 3) return null;
  return tables.find(({ index }) => index === components[1]!.table)?.steps ?? null;
}

function processName(frame: string): string {
  const names: Readonly<Record<string, string>> = {
    SOF0: 'baseline',
    SOF1: 'extended sequential',
    SOF2: 'progressive',
    SOF9: 'arithmetic sequential',
    SOF10: 'arithmetic progressive',
  };
  return names[frame] ?? frame;
}
