import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectCertificateChain } from '../../src/c2pa/index.js';
import { CERTIFICATE_RULES } from '../../src/c2pa/doctor/rules/index.js';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/certificates.md', import.meta.url)),
  'utf8',
);

describe('docs/certificates.md', () => {
  it('has one row per rule, with its words, and no other', () => {
    const rows = page.split('\n').filter((line) => /^\| `[a-z0-9-]+` /.test(line));
    const cells = rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells).toEqual(
      CERTIFICATE_RULES.map(({ id, level, title, spec, fix }) => [
        `\`${id}\``,
        level,
        title,
        spec,
        fix,
      ]),
    );
  });
});

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!haveOpenssl)('the recipe of the page (needs openssl)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-recipe-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const openssl = (command: string): void => {
    // Words, or what stands in double quotes.
    const words = command.match(/"[^"]*"|\S+/g) ?? [];
    const [, ...args] = words.map((word) => word.replaceAll('"', ''));
    execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  };
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  const rulesOf = (...names: string[]): string[] =>
    inspectCertificateChain(names.map(read).join(''), { key: read('key.pem') }).findings.map(
      ({ rule }) => rule,
    );

  it('leads to a certificate without findings; what newcomers do first, does not', () => {
    const commands = page.match(/`openssl (?:ecparam|req) [^`]*-out \w+\.pem`/g) ?? [];
    for (const command of new Set(commands)) openssl(command.replaceAll('`', ''));
    const extensions = /^basicConstraints = [^`]*/m.exec(page)?.[0];
    writeFileSync(join(dir, 'ext.cnf'), extensions ?? '');
    const ca = '-subj "/O=Example GmbH/CN=Example CA" -keyout ca.key -out ca.pem -nodes -days 900';
    openssl(`openssl req -x509 -newkey rsa:2048 ${ca}`);
    const issue = 'openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial';
    openssl(`${issue} -days 365 -extfile ext.cnf -out chain.pem`);
    expect(rulesOf('chain.pem')).toEqual([]);
    expect(rulesOf('chain.pem', 'ca.pem')).toEqual(['chain-root-included']);

    openssl(`${issue} -days 365 -out bare.pem`);
    expect(rulesOf('bare.pem')[0]).toMatch(/^(version|key-usage-missing)$/);
    openssl('openssl req -x509 -key key.pem -subj "/CN=me" -days 365 -out self.pem');
    expect(rulesOf('self.pem')).toEqual(['leaf-is-ca', 'leaf-self-signed', 'subject-organization']);
  });
});
