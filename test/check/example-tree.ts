/** The files of a small site, one of each kind, with examples/ci/imprint.yaml in mind. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CheckResult } from '../../src/check/index.js';
import { fixturePath } from '../support/fixtures.js';

const GRAPH = '{"3":{"class_type":"KSampler","inputs":{"seed":1}}}';
const flat = (colour: string) =>
  sharp({ create: { width: 24, height: 24, channels: 3, background: colour } });

/** What a newcomer commits: a picture saved from a generator, with its graph in it. */
export function unlabelled(path: string): Promise<unknown> {
  return flat('red')
    .withExif({ IFD0: { Model: `prompt:${GRAPH}` } })
    .webp()
    .toFile(path);
}

export async function exampleTree(root: string): Promise<void> {
  for (const name of ['img', 'public/signed']) mkdirSync(join(root, name), { recursive: true });
  for (const name of ['altered.png', 'generated.png']) {
    copyFileSync(fixturePath(`manifests/${name}`), join(root, 'img', name));
  }
  writeFileSync(join(root, 'img/broken.jpg'), 'no image');
  await unlabelled(join(root, 'img/line\nbreak.webp'));
  await flat('blue').jpeg().toFile(join(root, 'img/photo.jpg'));
  await flat('green').png().toFile(join(root, 'public/signed/bare.png'));
  writeFileSync(
    join(root, 'imprint.yaml'),
    'extends: recommended\nrules:\n  - { paths: public/signed, require: [credentials] }\n',
  );
}

/** What counts and is no note. */
export function told({ files }: CheckResult): string[] {
  return files.flatMap(({ path, findings }) =>
    findings
      .filter(({ level, suppressed }) => level !== 'note' && suppressed === null)
      .map(({ ruleId, level }) => `${path} ${ruleId} ${level}`),
  );
}
