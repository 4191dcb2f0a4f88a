import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/cli/render/report.js';
import { wrap } from '../../src/cli/render/wrap.js';
import { WATERMARK_ALG } from '../../src/watermark/index.js';
import { evidence } from '../detect/evidence.js';
import { sampleClaim, sampleReport, SIGNER } from '../support/report.js';

const graph = evidence({
  id: 'metadata.comfyui-graph',
  strength: 'structural',
  llr: 7,
  finding: 'ComfyUI workflow with 12 nodes, model "example.safetensors"',
  where: 'png:tEXt "prompt" @33',
  explain: 'A data structure that only ComfyUI writes. Unsigned: it can be copied.',
});
const camera = evidence({
  id: 'metadata.camera-exif',
  strength: 'hint',
  claim: 'camera-captured',
  llr: -1,
  finding: 'Camera tags with a Maker Note (Example X1)',
  where: 'jpeg:exif',
  explain: 'Typical of a camera, and copied in a second.',
});

const REPORTS = {
  'report-nothing': sampleReport(),
  'report-clash': sampleReport({
    evidence: [graph, camera],
    findings: [
      {
        ruleId: 'IM101',
        level: 'note',
        message: 'No Content Credentials',
        code: null,
        where: 'c2pa',
      },
    ],
  }),
  'report-classifier': sampleReport({
    evidence: [
      evidence({
        id: 'classifier.synthetic',
        layer: 'classifier',
        strength: 'statistical',
        finding: 'Pixels look generated (0.93)',
        llr: 2.6,
        falsePositiveRate: 0.012,
        where: 'pixels',
        explain: 'Artefacts as trained generators leave them; strong compression looks alike.',
      }),
    ],
    pixels: {
      classifier: {
        model: 'detector',
        score: 0.93,
        llr: 2.6,
        decision: 'synthetic',
        pReal: 0.01,
        falsePositiveRate: 0.012,
        crops: 9,
        quality: 'jpeg-70-85',
      },
      forensics: [
        {
          id: 'forensics.double-jpeg',
          status: 'observed',
          finding: 'Saved as JPEG twice, at quality 70 before 90',
          where: 'jpeg:DCT',
          explain: 'Any editor does that.',
          measured: {},
          falseAlarms: 1e-6,
        },
      ],
    },
  }),
  'report-altered': sampleReport({
    credentials: {
      ...sampleReport().credentials,
      presence: 'embedded',
      integrity: 'altered',
      signer: SIGNER,
      claim: sampleClaim('Example Editor/1.0'),
    },
    watermarks: [
      {
        alg: WATERMARK_ALG,
        status: 'detected',
        targeted: false,
        payload: 'a10123456789abcd',
        origin: 'unstated',
        keyId: 'public',
        pValue: 3e-12,
        geometry: {
          rotation: 355,
          scale: 1.4,
          aspect: 1,
          crop: { x: 10, y: 20, period: 300 },
          flip: false,
        },
        registry: null,
      },
    ],
    findings: [
      {
        ruleId: 'IM201',
        level: 'error',
        message: 'The file or its manifest was changed after signing',
        code: 'assertion.dataHash.mismatch',
        where: 'c2pa',
      },
    ],
  }),
};

describe('the report for people', () => {
  it.each(Object.entries(REPORTS))('%s', async (name, report) => {
    const text = renderReport(report, false);
    await expect(text).toMatchFileSnapshot(`snapshots/${name}.txt`);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    // Colours change nothing but colours.
    // eslint-disable-next-line no-control-regex
    expect(renderReport(report, true).replace(/\u001b\[\d+m/g, '')).toBe(text);
  });

  it('says of a picture that the classifier did not judge that it was not', () => {
    const classifier = {
      model: 'classifier',
      score: 0.5,
      llr: 0,
      decision: 'inconclusive',
      pReal: 1,
      falsePositiveRate: null,
      crops: 0,
      quality: 'lossless',
    } as const;
    const text = renderReport(sampleReport({ pixels: { classifier, forensics: [] } }), false);
    expect(text).toContain('classifier: not judged');
    expect(text).not.toContain('undecided');
    expect(text).toContain('the picture has too few squares with detail');
  });

  it('escapes what a file may hold', () => {
    const hostile = '\u001b[31mred\u202e\nfake line';
    const text = renderReport(
      sampleReport({
        file: { ...sampleReport().file, path: hostile },
        credentials: {
          ...sampleReport().credentials,
          presence: 'embedded',
          signer: { ...SIGNER, subject: hostile, timestamp: hostile },
          claim: sampleClaim(hostile),
        },
      }),
      false,
    );
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).not.toMatch(/^fake line/m);
  });
});

describe('wrap', () => {
  it('breaks at spaces and indents as far as the first line begins', () => {
    expect(wrap('one two three', '  - ', 12)).toEqual(['  - one two', '    three']);
  });

  it('leaves long words whole', () => {
    expect(wrap(`a ${'b'.repeat(30)} c`, '', 10)).toEqual(['a', 'b'.repeat(30), 'c']);
  });

  it('counts wide characters twice', () => {
    expect(wrap('漢字漢字 漢字', '', 10)).toEqual(['漢字漢字', '漢字']);
  });
});
