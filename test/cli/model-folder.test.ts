import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { createFolders, PIPELINES } from '../support/pipelines.js';

const folders = createFolders();
const sd = folders.make('sd15');
let cli: CliSession;

beforeAll(() => {
  cli = cliSession();
});
afterAll(() => folders.remove());

describe('a model folder', () => {
  it('draws a picture that is marked and signed', async () => {
    const init = join(PIPELINES, 'init.png');
    const { code, stdout } = await cli.run(
      `generate|a (red:1.2) apple|--model|${sd}|--scheduler|euler|--steps|2|--size|256|--seed|3|--min-psnr|36|-o|a.png`.split(
        '|',
      ),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a\.png {2}seed 3, watermark a1[0-9a-f]{14} at \d\d\.\d dB, signed\n$/);
    const report = JSON.parse((await cli.run(['verify', 'a.png', '--json'])).stdout) as {
      verdict: { state: string };
    };
    expect(report.verdict.state).toBe('ai-generated');
    const edited = await cli.run(
      `generate|a tree|--model|${sd}|--init|${init}|--steps|3|--unsafe-unmarked|-o|b.png`.split(
        '|',
      ),
    );
    expect(edited.code).toBe(0);
  });

  it('that cannot be used leaves no file', async () => {
    rmSync(join(sd, 'vae_decoder/model.onnx'));
    const { code, stderr } = await cli.run(['generate', 'red', '--model', sd, '-o', 'none.png']);
    expect(code).toBe(1);
    expect(stderr).toContain('[ONNX_MODEL_MISSING]');
    expect(readdirSync(cli.dir).filter((name) => name.startsWith('none'))).toEqual([]);
  });

  it('is looked at by models check, in words', async () => {
    const { code, stdout } = await cli.run(['models', 'check', sd]);
    expect(code).toBe(1);
    expect(stdout).toContain('MISSING  vae_decoder');
    expect(stdout).toContain('It cannot be used as it is.');
  });
});
