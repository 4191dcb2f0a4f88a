import { describe, expect, it } from 'vitest';
import { digitalSourceType } from '../../src/detect/index.js';
import { SOURCE_TYPES } from '../../src/detect/source-type.js';

const IPTC = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

describe('digitalSourceType', () => {
  it.each([
    [`${IPTC}trainedAlgorithmicMedia`, 'ai-generated'],
    [`${IPTC}compositeWithTrainedAlgorithmicMedia`, 'ai-edited'],
    [`${IPTC}compositeSynthetic`, 'ai-edited'],
    ['http://c2pa.org/digitalsourcetype/trainedAlgorithmicData', 'ai-generated'],
    [`${IPTC}digitalCapture`, 'camera-captured'],
    [`${IPTC}computationalCapture`, 'camera-captured'],
    [`${IPTC}algorithmicMedia`, null],
    [`${IPTC}algorithmicallyEnhanced`, null],
    [`${IPTC}compositeCapture`, null],
  ])('%s means %s', (uri, claim) => {
    expect(digitalSourceType(uri)?.claim).toBe(claim);
  });

  it('knows the 20 terms of the list of 2024-10-23, each with its meaning, and no AI in the others', () => {
    const terms =
      'digitalCapture computationalCapture negativeFilm positiveFilm print minorHumanEdits humanEdits compositeCapture ' +
      'algorithmicallyEnhanced softwareImage digitalArt digitalCreation dataDrivenMedia trainedAlgorithmicMedia algorithmicMedia ' +
      'screenCapture virtualRecording composite compositeSynthetic compositeWithTrainedAlgorithmicMedia';
    expect(terms.split(' ')).toHaveLength(20);
    expect(SOURCE_TYPES.slice(0, 20).map(({ code }) => code)).toEqual(terms.split(' '));
    expect(new Set(SOURCE_TYPES.map(({ label }) => label)).size).toBe(SOURCE_TYPES.length);
    const ai = SOURCE_TYPES.filter(({ claim }) => claim?.startsWith('ai-'));
    expect(ai.map(({ code }) => code)).toEqual([
      'trainedAlgorithmicMedia',
      'compositeSynthetic',
      'compositeWithTrainedAlgorithmicMedia',
      'trainedAlgorithmicData',
    ]);
  });

  it.each([
    `${IPTC.replace('http:', 'https:')}TRAINEDALGORITHMICMEDIA/`,
    ' trainedAlgorithmicMedia ',
  ])('accepts what files in the wild write: %j', (value) => {
    expect(digitalSourceType(value)?.code).toBe('trainedAlgorithmicMedia');
  });

  it.each([
    '',
    'toString',
    '__proto__',
    'http://example.org/trainedAlgorithmicMedia',
    `${IPTC}nonsense`,
  ])('knows nothing of %j', (value) => {
    expect(digitalSourceType(value)).toBeNull();
  });
});
