/**
 * npm run bench:detect -- --data DIR [--work DIR] [--phases measure,calibrate,tables]
 *
 * measure: the shipped path over pictures of sources that training never saw, in every variant; kept per graph in --work,
 * so that a run goes on where it stopped, and `--shard 0 --shards 2` splits it over processes. calibrate: writes
 * models/classifier-calibration.json and its manifest entry. tables: writes docs/detector.md and docs/detector/.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crossFit, fitCalibration, withFalsePositives } from './calibrate.js';
import { measure, readMeasured } from './measure.js';
import { writePage } from './page.js';
import { readSources } from './sources.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../data' },
    work: { type: 'string', default: '../bench-detect' },
    models: { type: 'string', default: 'models' },
    phases: { type: 'string', default: 'measure,calibrate,tables' },
    most: { type: 'string', default: '200' },
    'most-all': { type: 'string', default: '36' },
    crops: { type: 'string', default: '6' },
    shard: { type: 'string', default: '0' },
    shards: { type: 'string', default: '1' },
    sources: { type: 'string' },
    extra: { type: 'string', default: 'bench/results/detect-extra.json' },
  },
});

interface ManifestFile {
  models: { name: string; sha256: string; bytes: number; [field: string]: unknown }[];
}

const phases = values.phases.split(',');
const named = values.sources?.split(',');
const sources = readSources().filter(({ name, split }) =>
  named === undefined ? split === 'test' : named.includes(name),
);
const options = {
  data: values.data,
  work: values.work,
  models: values.models,
  most: Number(values.most),
  mostAll: Number(values['most-all']),
  crops: Number(values.crops),
  shard: Number(values.shard),
  shards: Number(values.shards),
};

if (phases.includes('measure')) await measure(sources, options);

const manifestPath = join(values.models, 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as ManifestFile;
const entry = manifest.models.find(({ name }) => name === 'classifier');
if (entry === undefined) throw new Error(`${manifestPath} has no classifier`);
const model = { sha256: entry.sha256, crops: options.crops };

if (phases.includes('calibrate')) {
  const records = await readMeasured(options);
  const scored = crossFit(records, sources, model);
  const calibration = withFalsePositives(fitCalibration(records, sources, model), scored);
  const text = `${JSON.stringify(calibration)}\n`;
  writeFileSync(join(values.models, 'classifier-calibration.json'), text);
  const asset = {
    name: 'classifier-calibration',
    file: 'classifier-calibration.json',
    sha256: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
    license: 'MIT',
    version: entry['version'],
    inputs: [],
    outputs: [],
    training: {
      script: 'bench/detect/calibrate.ts',
      pictures: new Set(records.map((r) => `${r.source}/${r.file}`)).size,
    },
    card: 'cards/classifier.md',
  };
  const others = manifest.models.filter(({ name }) => name !== asset.name);
  const at = manifest.models.findIndex(({ name }) => name === asset.name);
  manifest.models = others.toSpliced(at < 0 ? others.length : at, 0, asset);
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}

if (phases.includes('tables')) {
  const records = await readMeasured(options);
  await writePage({
    scored: crossFit(records, sources, model),
    sources,
    model,
    data: values.data,
    extra: values.extra,
  });
}
