import { describe, expect, it } from 'vitest';
import { digitalSourceType } from '../../src/detect/index.js';

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
