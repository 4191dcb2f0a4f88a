import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CertificateFinding, ChainReport } from '../../src/index.js';
import { GOOD_CHAIN } from '../c2pa/bad-chains.js';
import { make, nameOf } from '../c2pa/make-bad-certificates.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';

const { leaf, middle, root, encrypted } = GOOD_CHAIN;
let cli: CliSession;
const doctor = (...args: string[]) => cli.run(['certs', 'doctor', ...args]);
const rules = (stdout: string): string[] =>
  (JSON.parse(stdout) as ChainReport).findings.map(({ rule }: CertificateFinding) => rule);

beforeAll(() => {
  cli = cliSession();
  const write = (name: string, text: string): void => writeFileSync(join(cli.dir, name), text);
  write('chain.pem', leaf.pem + middle.pem);
  write('with-root.pem', leaf.pem + middle.pem + root.pem);
  write('root.pem', root.pem);
  write('leaf.key', leaf.keyPem);
  write('locked.key', encrypted);
  write('wrong.key', middle.keyPem);
  write('no-eku.pem', make({ extensions: { purposes: null } }).pem);
  write('escapes.pem', make({ name: nameOf({ O: '\x1b[31mred\x1b[0m\u202e' }) }).pem);
  write('garbage', '\0\x01\x02');
});

describe('certs doctor', () => {
  it('finds nothing wrong with a good chain', async () => {
    const { code, stdout, stderr } = await doctor('chain.pem', '--key', 'leaf.key');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('2 certificates for signing');
    expect(stdout).toMatch(/1 {2}leaf +O=Test, CN=Test signer\n +EC P-256, signed with ecdsa/);
    expect(stdout).toContain('No rule is broken.');
  });

  it('names the rule, the certificate, the fix and the specification; exit 2', async () => {
    const { code, stdout } = await doctor('no-eku.pem');
    expect(code).toBe(2);
    expect(stdout).toContain('error eku-missing, certificate 1\n');
    expect(stdout).toMatch(/fix: Have it issued with `keyUsage=critical,digitalSignature`/);
    expect(stdout).toContain('see: C2PA 2.4 §14.5.1, RFC 5280 §4.2.1.12');
    expect(stdout).toContain('1 error, 0 warnings.');
  });

  it('prints JSON alone', async () => {
    const { code, stdout, stderr } = await doctor('no-eku.pem', '--json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: '1',
      file: 'no-eku.pem',
      purpose: 'sign',
      certificates: [{ position: 1, role: 'leaf' }],
      findings: [{ rule: 'eku-missing', level: 'error', certificate: 1 }],
    });
  });

  it('tells warnings and notes without failing', async () => {
    const note = await doctor('with-root.pem', '--json');
    expect(note.code).toBe(0);
    expect(rules(note.stdout)).toEqual(['chain-root-included']);
    const warned = await doctor('escapes.pem');
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain('warning subject-common-name');
    expect(warned.stdout).toContain('\\x1b[31mred');
    expect(warned.stdout).not.toMatch(/[\x1b\u202e]/); // eslint-disable-line no-control-regex
  });

  it('looks at the key, opened by IMPRINT_KEY_PASSPHRASE', async () => {
    const wrong = await doctor('chain.pem', '--key', 'wrong.key', '--json');
    expect(wrong.code).toBe(2);
    expect(rules(wrong.stdout)).toEqual(['private-key-mismatch']);
    const locked = await doctor('chain.pem', '--key', 'locked.key', '--json');
    expect(rules(locked.stdout)).toEqual(['private-key-encrypted']);
    const env = { IMPRINT_KEY_PASSPHRASE: 'open' };
    const args = ['certs', 'doctor', 'chain.pem', '--key', 'locked.key'];
    expect((await cli.run(args, { env })).code).toBe(0);
  });

  it('takes a trust list, a time and a purpose', async () => {
    expect((await doctor('chain.pem', '--trust', 'root.pem')).code).toBe(0);
    expect((await doctor('chain.pem', '--trust', 'no-eku.pem')).code).toBe(2);
    const late = await doctor('chain.pem', '--at', '2099-01-01', '--json');
    expect(rules(late.stdout)).toEqual(['validity-expired', 'validity-expired']);
    const stamp = await doctor('chain.pem', '--purpose', 'timestamp', '--json');
    expect(rules(stamp.stdout)).toEqual(['eku-wrong-purpose']);
  });

  it('approves of what `certs dev` makes, with `--trust dev`', async () => {
    expect((await cli.run(['certs', 'dev'])).code).toBe(0);
    const dir = join(cli.home, 'certificates');
    const key = ['--key', join(dir, 'signer.key')];
    expect(await doctor(join(dir, 'signer.pem'), ...key, '--trust', 'dev')).toMatchObject({
      code: 0,
    });
    const tsa = [join(dir, 'tsa.pem'), '--purpose', 'timestamp', '--trust', 'dev', '--json'];
    expect(rules((await doctor(...tsa)).stdout)).toEqual([]);
  });

  it('says what cannot be opened (1), what is no chain (2) and what is no option (64)', async () => {
    const missing = await doctor('nowhere.pem');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('nowhere.pem');
    expect((await doctor('chain.pem', '--key', 'nowhere.key')).code).toBe(1);
    const garbage = await doctor('garbage', '--json');
    expect(garbage.code).toBe(2);
    expect(rules(garbage.stdout)).toEqual(['file-not-pem']);
    for (const wrong of [['--purpose', 'tls'], ['--at', 'soon'], ['--trust', 'garbage'], []]) {
      const file = wrong.length === 0 ? [] : ['chain.pem'];
      expect(await doctor(...file, ...wrong)).toMatchObject({ code: 64, stdout: '' });
    }
  });

  it('says its exit codes in --help', async () => {
    const { stdout } = await doctor('--help');
    expect(stdout).toMatch(/Exit codes: 0 no rule .* 2 a rule is broken/);
    expect(stdout).toContain('docs/certificates.md');
  });
});
