/** `verify --rubric` as a process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';

const cli = cliSession();
const at = (name: string): string => join(cli.dir, name);

beforeAll(async () => {
  writeFileSync(at('photo.png'), await encodeImage(texturedPicture(640, 512), { format: 'png' }));
  const { code, stderr } = await cli.run(['mark', 'photo.png', '-o', 'marked.png']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

describe('verify --rubric', () => {
  it('prints every check and the score', async () => {
    const { code, stdout } = await cli.run(['verify', 'marked.png', '--rubric', 'c2pa-2.4']);
    expect(code).toBe(0);
    expect(stdout).toContain('C2PA Asset Conformance 0.2 Spec 2.4 Rubric: 31 of 31 checks pass');
    expect(stdout.match(/^ {2}pass {2}validation:/gm)).toHaveLength(31);
  });

  it('has them in --json too', async () => {
    const args = ['verify', 'marked.png', '--rubric', 'c2pa-2.2', '--json'];
    const { code, stdout } = await cli.run(args);
    const { rubric, findings } = JSON.parse(stdout) as {
      rubric: { passed: number; total: number; checks: { id: string; status: string }[] };
      findings: { ruleId: string }[];
    };
    // The 2.2 rubric wants specVersion 2.2 or none.
    const failed = rubric.checks.filter(({ status }) => status !== 'pass').map(({ id }) => id);
    expect(rubric.total).toBe(23);
    expect(rubric.passed).toBe(23 - failed.length);
    expect(code).toBe(failed.length === 0 ? 0 : 2);
    expect(findings.some(({ ruleId }) => ruleId === 'IM403')).toBe(failed.length > 0);
  });

  it('a failed check is exit code 2, no credentials 3', async () => {
    const yaml = 'rubric_metadata: {name: mine}\n---\n- {id: own, expression: "`false`"}\n';
    writeFileSync(at('own.yml'), yaml);
    const failed = await cli.run(['verify', 'marked.png', '--rubric', 'own.yml']);
    expect(failed.code).toBe(2);
    expect(failed.stdout).toContain('FAIL  own');
    expect(failed.stdout).toContain('IM403 error');
    const absent = await cli.run(['verify', 'photo.png', '--rubric', 'c2pa-2.4']);
    expect(absent.code).toBe(3);
    expect(absent.stdout).toContain('nothing to check (no Content Credentials)');
  });

  it('names of no rubric are a usage error, a file that is none an operational one', async () => {
    const unknown = await cli.run(['verify', 'marked.png', '--rubric', 'c2pa-9.9']);
    expect(unknown).toMatchObject({ code: 64, stdout: '' });
    expect(unknown.stderr).toContain('c2pa-2.4');
    const wrong = await cli.run(['verify', 'marked.png', '--rubric', 'photo.png']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('C2PA_RUBRIC');
  });
});
