/** What CI systems run, as they run it: the action's own steps, and the examples with the variables that are set there. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../src/check/index.js';
import { exampleTree, told, unlabelled } from './example-tree.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'imprint-ci-'));
const at = (name: string): string => join(dir, name);

beforeAll(async () => {
  await exampleTree(dir);
  // As `npm install --save-dev imprint` leaves it.
  mkdirSync(at('node_modules/.bin'), { recursive: true });
  symlinkSync(join(root, 'dist/cli/main.js'), at('node_modules/.bin/imprint'));
  writeFileSync(at('package.json'), '{"name": "site", "private": true}');
});

const BASE = {
  PATH: process.env['PATH'] ?? '',
  HOME: dir,
  IMPRINT_HOME: at('.data'),
  CI: 'true',
};
function run(command: string, args: string[], env: Record<string, string>, cwd = dir) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...BASE, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  'working-directory'?: string;
}
interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}
const action = parse(read('action.yml')) as Action;

/** Runs the composite action's own steps as GitHub does: inputs put in, outputs and summary in files. */
function runAction(inputs: Record<string, string>) {
  const values = new Map(
    Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? input.default]),
  );
  const filled = (text: string): string =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => values.get(name)!);
  const files = { GITHUB_OUTPUT: at('output'), GITHUB_STEP_SUMMARY: at('summary.md') };
  for (const path of Object.values(files)) writeFileSync(path, 'from an earlier step\n');
  let last = { status: 0 as number | null, stdout: '', stderr: '' };
  for (const step of action.runs.steps) {
    if (step.run === undefined) continue;
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]),
    );
    last = run(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run],
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: dir,
        GITHUB_ACTION_PATH: root.replace(/\/$/, ''),
        RUNNER_TEMP: at('.temp'),
        ...files,
        ...env,
      },
      join(dir, filled(step['working-directory'] ?? '.')),
    );
    if (last.status !== 0) break;
  }
  const outputs = readFileSync(files.GITHUB_OUTPUT, 'utf8').trimEnd().split('\n').slice(1);
  return {
    ...last,
    outputs: Object.fromEntries(outputs.map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

describe('the action', () => {
  it('finds what the command finds, as annotations, summary, outputs and SARIF', () => {
    const { status, stdout, outputs, summary } = runAction({ sarif: 'imprint.sarif' });
    expect(status).toBe(2);
    const plain = run('node', [join(root, 'dist/cli/main.js'), 'check', '--format', 'json'], {});
    const expected = told(JSON.parse(plain.stdout) as Parameters<typeof told>[0]);
    const annotations = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations.map((line) => /title=(IM\d+)/.exec(line)![1]).sort()).toEqual(
      expected.map((line) => / (IM\d+) \w+$/.exec(line)![1]).sort(),
    );
    expect(annotations).toContainEqual(
      expect.stringMatching(/^::error file=public\/signed\/bare\.png,line=1,title=IM101::/),
    );
    expect(outputs).toMatchObject({
      passed: 'false',
      'exit-code': '2',
      files: '6',
      report: 'imprint.sarif',
    });
    expect(summary).toMatch(/^from an earlier step\n### imprint: failed\n/);
    const sarif = JSON.parse(readFileSync(at('imprint.sarif'), 'utf8')) as {
      runs: { results: object[] }[];
    };
    expect(sarif.runs[0]!.results.length).toBeGreaterThanOrEqual(expected.length);
  }, 180_000);

  it('has an output for each that the command writes, and no other', () => {
    const { outputs } = runAction({ paths: 'img/photo.jpg\n', 'fail-on': 'never' });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.check.outputs.${name} }}`);
    }
    expect(outputs['passed']).toBe('true');
  });

  it('runs nothing that an input says', () => {
    const { status, stderr } = runAction({
      paths: '$(touch pwned)\n`touch pwned`',
      policy: '"; touch pwned; "',
    });
    expect(status).toBe(64);
    expect(stderr).toContain('no such policy file');
    expect(run('ls', ['pwned'], {}).status).not.toBe(0);
  });
});

const shell = (script: string, env: Record<string, string>) =>
  run('bash', ['-e', '-c', script], env);

describe('examples/ci', () => {
  it('has a policy that is one', () => {
    const name = 'examples/ci/imprint.yaml';
    expect(parsePolicy({ name, text: read(name) }).document.rules).toHaveLength(2);
  });

  it('github.yml: fails the pull request that adds a picture saved from a generator', async () => {
    const workflow = parse(read('examples/ci/github.yml')) as {
      jobs: { images: { steps: Step[] } };
    };
    const step = workflow.jobs.images.steps.find(({ id }) => id === 'imprint')!;
    const site = at('site');
    mkdirSync(site);
    copyFileSync(join(root, 'examples/ci/imprint.yaml'), join(site, 'imprint.yaml'));
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: dir,
      GITHUB_STEP_SUMMARY: at('summary2.md'),
      GITHUB_OUTPUT: at('output2'),
    };
    copyFileSync(at('img/photo.jpg'), join(site, 'photo.jpg'));
    const clean = run('bash', ['-e', '-c', step.run!], env, site);
    expect(clean.status).toBe(0);
    await unlabelled(join(site, 'new.webp'));
    const added = run('bash', ['-e', '-c', step.run!], env, site);
    expect(added.status).toBe(2);
    expect(added.stdout).toContain('::error file=site/new.webp,line=1,title=IM404::');
    expect(readFileSync(at('summary2.md'), 'utf8').match(/### imprint: \w+/g)).toEqual([
      '### imprint: passed',
      '### imprint: failed',
    ]);
  });

  it('gitlab.yml: writes the reports that its artifacts name', () => {
    const pipeline = parse(read('examples/ci/gitlab.yml')) as {
      imprint: { script: string[]; artifacts: { reports: Record<string, string> } };
    };
    const { script, artifacts } = pipeline.imprint;
    const commands = script.filter((line) => line !== 'npm ci').join('\n');
    const { status } = shell(commands, { GITLAB_CI: 'true', CI_PROJECT_DIR: dir });
    expect(status).toBe(2);
    expect(readFileSync(at(artifacts.reports['junit']!), 'utf8')).toContain(
      '<testsuites name="imprint"',
    );
    const quality = JSON.parse(readFileSync(at(artifacts.reports['codequality']!), 'utf8')) as {
      location: { path: string };
    }[];
    expect(quality.map(({ location }) => location.path)).toContain('public/signed/bare.png');
  });

  it('Makefile: its targets run', () => {
    copyFileSync(join(root, 'examples/ci/Makefile'), at('Makefile'));
    expect(run('make', ['check-images'], {}).stderr).toMatch(/Error 2/);
    for (const name of ['originals', 'dist']) {
      mkdirSync(at(name));
      copyFileSync(at('img/generated.png'), at(`${name}/a.png`));
    }
    expect(run('make', ['check-pipeline'], {}).status).toBe(0);
  });

  it('pre-commit: the hook takes the files of a commit', () => {
    const hooks = parse(read('.pre-commit-hooks.yaml')) as {
      id: string;
      entry: string;
      args: string[];
    }[];
    const config = parse(read('examples/ci/pre-commit-config.yaml')) as {
      repos: { hooks: { id: string; entry: string; args: string[] }[] }[];
    };
    const { id, entry, args } = hooks[0]!;
    expect(config.repos[0]!.hooks[0]).toMatchObject({ id, entry, args });
    const hook = (...files: string[]) =>
      run('bash', ['-c', `${entry} "$@"`, 'hook', ...args, ...files], {});
    copyFileSync(at('img/photo.jpg'), at('--no-cache.jpg'));
    expect(hook('img/photo.jpg', '--no-cache.jpg').status).toBe(0);
    expect(hook('img/photo.jpg', 'img/line\nbreak.webp').status).toBe(2);
  });
});
