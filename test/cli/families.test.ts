/** Families of generative models from the command line. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit.js';
import { openFamilyModels } from '../../src/cli/family-options.js';
import { sha256Hex } from '../../src/core/index.js';
import { corpusPrompts } from '../../src/generate/index.js';
import { decodeImage } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { fixturePath } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

let cli: CliSession;
const at = (...name: string[]): string => join(cli.dir, ...name);

beforeAll(() => {
  cli = cliSession();
});

describe('generate --family', () => {
  it('draws without a prompt, enlarged, marked and signed', async () => {
    const { code, stdout } = await cli.run('generate --family vae --seed 3 -o face.png'.split(' '));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^face\.png {2}seed 3, watermark a1[0-9a-f]{14} at .* dB, signed\n$/);
    const { width, height } = await decodeImage(readFileSync(at('face.png')));
    expect([width, height]).toEqual([512, 512]);
    const report = JSON.parse((await cli.run(['verify', 'face.png', '--json'])).stdout) as {
      verdict: { state: string };
      credentials: { integrity: string };
    };
    expect(report).toMatchObject({
      verdict: { state: 'ai-generated' },
      credentials: { integrity: 'intact' },
    });
  });

  it.each([
    ['an unknown family', '--family gaussian', /there are gan, vae, flow, ddpm, latent-diffusion/],
    ['an option of other families', '--family vae --guidance 3', /no guidance; latent-diffusion/],
    ['what another family has', '--family vae --temperature 1', /no temperature; flow does/],
    ['a mark in the noise', '--family vae --latent-mark', /no --latent-mark; latent-diffusion/],
    ['what needs a family', 'cat --temperature 1', /no temperature; flow does/],
    ['what is about prompts', '--family vae --include-prompt', /about a prompt/],
    ['a prompt', 'cat --family vae', /no prompt; latent-diffusion/],
    ['neither prompt nor family', '', /--family/],
    ['a family of its own beside a folder', 'cat --family vae --model x', /one of them/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await cli.run(['generate', ...args.split(' ').filter(Boolean)]);
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
  });
});

describe('generate --family with weights of a folder', () => {
  const TINY = ['--family-models', fixturePath('models/families')];
  const run = (args: string) => cli.run(['generate', ...args.split(' '), ...TINY]);

  it('mixes the styles of two seeds', async () => {
    const { code, stdout } = await run('--family gan --mix 3:9@2 --truncation 0.5 -o mix.png');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mix\.png {2}seed 3, watermark /);
  });

  it('draws by either sampler, and how a picture came about', async () => {
    const args =
      '--family ddpm --sampler ddpm --steps 8 --seed 1 -o a.png --trace trace.jpg --json';
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ path: 'a.png' }, { path: 'trace.jpg' }]);
    const { width, height, format } = await decodeImage(readFileSync(at('trace.jpg')));
    expect({ width, height, format }).toEqual({ width: 1536, height: 576, format: 'jpeg' });
  });

  it.each([
    ['--family gan --mix 3:9', /SEED:SEED@LAYER/],
    ['--family gan --mix 3:9@2 --seed 1', /leave --seed/],
    ['--family gan --mix 3:9@9', /1\.\.6/],
    ['--family vae --mix 3:9@2', /vae takes no mix; gan does/],
    ['--family ddpm --trace t.png --count 2', /leave --count/],
    ['--family ddpm --trace t.png --steps 7', /--steps 8 or more/],
    ['--family vae', /no weights of the family vae/],
    ['cat --family consistency', /--family-models holds weights of gan/],
  ])('refuses %s', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
  });
});

describe('--family-models', () => {
  it.each([
    ['nope', /--family-models nope is no folder: name what training/],
    ['', /is no folder/],
    [fixturePath('vectors'), /vectors holds no manifest\.json: /],
  ])('%s is refused as usage', async (dir, message) => {
    const error = await throwsWithCode(() => openFamilyModels(dir, 1), 'CLI_USAGE');
    expect(error.message).toMatch(message);
    expect(exitCodeOf(error)).toBe(64);
  });
});

describe('models show', () => {
  it('prints the card, and the options that the family has', async () => {
    const { code, stdout } = await cli.run(['models', 'show', 'vae']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/variational auto-encoder\nOptions +--init --interpolate\n/);
    expect(stdout).toContain('## Measured');
    const other = await cli.run(['models', 'show', 'nothing']);
    expect(other.code).toBe(64);
    expect(other.stderr).toMatch(/families are .*vae/);
  });

  it('refuses a seed where no picture is drawn', async () => {
    const { code, stderr } = await cli.run('models show gan --seed 5'.split(' '));
    expect(code).toBe(64);
    expect(stderr).toMatch(/--seed is of the picture of --out/);
  });
});

describe('models likelihood', () => {
  it('tells bits per dimension and the error of the way back', async () => {
    await cli.run('generate --family flow --seed 1 -o flow.png'.split(' '));
    const { code, stdout } = await cli.run(['models', 'likelihood', 'flow.png']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^bits per dimension {2}\d\.\d{3}, of its middle square at 32x32/);
    const { roundTripError } = JSON.parse(
      (await cli.run(['models', 'likelihood', 'flow.png', '--json'])).stdout,
    ) as { roundTripError: number };
    expect(roundTripError).toBeLessThan(1e-3);
    expect((await cli.run(['models', 'likelihood', 'nothing.png'])).code).toBe(1);
  });

  it('names a file that is cut off', async () => {
    writeFileSync(
      at('cut.webp'),
      readFileSync(fixturePath('images/dwtdct-sd1.webp')).subarray(0, 900),
    );
    const { code, stderr } = await cli.run(['models', 'likelihood', 'cut.webp']);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^imprint: cut\.webp: image: /);
  });
});

async function bundled(): Promise<{ prompts: readonly string[] }> {
  const models = createModelStore();
  try {
    return { prompts: await corpusPrompts(models) };
  } finally {
    await models.dispose();
  }
}

describe('corpus', () => {
  const run = (count: number, ...more: string[]) =>
    cli.run(
      `corpus --family vae --count ${count} --out set --unsafe-unmarked`.split(' ').concat(more),
    );
  const labels = () =>
    readFileSync(at('set', 'labels.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { n: number; file: string; seed: number; sha256: string });

  it('of a family that draws from text has prompts that the labels tell', async () => {
    const out = 'corpus --family consistency --count 1 --seed 401 --out text --unsafe-unmarked';
    expect((await cli.run(out.split(' '))).stdout).toBe('text: 1 made, 0 were there\n');
    const [line] = readFileSync(at('text', 'labels.jsonl'), 'utf8').split('\n');
    const { prompts } = await bundled();
    expect(JSON.parse(line!)).toMatchObject({
      family: 'consistency',
      seed: 401,
      prompt: prompts[1],
    });
    const { width } = await decodeImage(readFileSync(at('text', '1.png')));
    expect(width).toBe(512);
    expect((await cli.run(out.split(' '))).stdout).toBe('text: 0 made, 1 were there\n');
    const other = await cli.run([...out.split(' '), '--family-models', 'text']);
    expect(other.code).toBe(64);
    expect(other.stderr).toMatch(/--family-models holds weights of gan, vae, flow, ddpm/);
  });

  it('has 400 prompts, all different, none of those that tests and sheets draw', async () => {
    const { prompts } = await bundled();
    expect(new Set(prompts).size).toBe(400);
    const sheet = readFileSync('docs/generator/contact-sheet.md', 'utf8');
    for (const prompt of prompts) expect(sheet).not.toContain(` ${prompt} `);
  });

  it('writes over nothing that no label names, and not through links', async () => {
    const into = (out: string, ...more: string[]) =>
      cli.run([
        'corpus',
        '--family',
        'vae',
        '--count',
        '1',
        '--unsafe-unmarked',
        ...more,
        '--out',
        out,
      ]);
    mkdirSync(at('foreign'));
    writeFileSync(at('foreign', '1.png'), 'mine');
    writeFileSync(at('victim.png'), 'mine');
    mkdirSync(at('linked'));
    symlinkSync('../victim.png', at('linked', '1.png'));
    mkdirSync(at('led'));
    symlinkSync('../list', at('led', 'labels.jsonl'));
    for (const [out, said] of [
      ['foreign', /foreign\/1\.png is there and no label names it/],
      ['linked', /linked\/1\.png is no regular file/],
      ['led', /led\/labels\.jsonl is no regular file/],
      ['victim.png', /victim\.png is no folder/],
      ['victim.png/sub', /a part of its path is a file/],
      ['', /--out expected a folder/],
    ] as const) {
      const { code, stdout, stderr } = await into(out);
      expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
      expect(stderr).toMatch(said);
    }
    expect((await into('late', '--seed', '4294967295', '--count', '2')).code).toBe(64);
    expect(readFileSync(at('foreign', '1.png'), 'utf8')).toBe('mine');
    expect(readFileSync(at('victim.png'), 'utf8')).toBe('mine');
    expect(existsSync(at('list'))).toBe(false);
  });

  it('of two runs in one folder makes one set', async () => {
    const once = () =>
      cli.run('corpus --family vae --count 2 --unsafe-unmarked --out twice'.split(' '));
    const both = await Promise.all([once(), once()]);
    expect(both.map(({ stdout }) => stdout).sort()).toEqual([
      'twice: 0 made, 2 were there\n',
      'twice: 2 made, 0 were there\n',
    ]);
    const lines = readFileSync(at('twice', 'labels.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
  });

  it('writes labelled pictures, and goes on where it was killed', async () => {
    expect((await run(3)).stdout).toBe('set: 3 made, 0 were there\n');
    const before = labels();
    expect(before.map(({ n, file, seed }) => [n, file, seed])).toEqual([
      [1, '1.png', 0],
      [2, '2.png', 1],
      [3, '3.png', 2],
    ]);
    // One picture damaged, one gone, and a line that was being written.
    writeFileSync(at('set', '2.png'), 'x');
    rmSync(at('set', '3.png'));
    appendFileSync(at('set', 'labels.jsonl'), '{"n":4,"fi');
    expect((await run(4)).stdout).toBe('set: 3 made, 1 were there\n');
    const after = labels();
    expect(after.slice(0, 3)).toEqual(before);
    for (const { file, sha256 } of after) {
      expect(sha256Hex(readFileSync(at('set', file)))).toBe(sha256);
    }
    const other = await run(4, '--seed', '9');
    expect(other.code).toBe(64);
    expect(other.stderr).toContain('begun with other options');
  });
});
