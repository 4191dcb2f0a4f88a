/**
 * Who may import whom (docs/architecture.md). Prints every violation and every import cycle, exits 1
 * on any; on success one line with counts.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(process.argv[2] ?? 'src');

/** Folder -> folders that it may import. Siblings on a row never import each other. */
const ALLOWED = {
  core: [],
  image: ['core'],
  onnx: ['core'],
  registry: ['core'],
  generate: ['core', 'onnx', 'image'],
  watermark: ['core', 'image', 'onnx'],
  c2pa: ['core', 'image'],
  detect: ['core', 'image', 'onnx', 'watermark', 'c2pa'],
  provenance: ['core', 'image', 'onnx', 'generate', 'watermark', 'c2pa', 'detect', 'registry'],
  check: ['core', 'provenance'],
  service: ['core', 'provenance'],
  cli: ['core', 'provenance', 'check', 'service'],
};

/** Third-party packages and Node facilities that only some folders may touch. */
const FENCES = [
  { pattern: /^sharp$/, only: ['image'] },
  { pattern: /^onnxruntime-node$/, only: ['onnx'] },
  { pattern: /^(express$|@aws-sdk\/)/, only: ['service'] },
  { pattern: /^(commander|cli-progress|picocolors)$/, only: ['cli'] },
  { pattern: /^(@contentauth\/|@peculiar\/|pkijs$|asn1js$|cbor)/, only: ['c2pa'] },
  { pattern: /^(libsql$|pg$|kysely$)/, only: ['registry'] },
];
const GLOBALS = [
  { pattern: /\bprocess\.(env|exit)\b/, name: 'process.env / process.exit' },
  { pattern: /\bconsole\./, name: 'console' },
];
const GLOBALS_ALLOWED = (file) => file.startsWith('cli/') || file === 'service/server.ts';

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

const files = readdirSync(ROOT, { recursive: true })
  .map((entry) => String(entry).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && statSync(join(ROOT, name)).isFile());
const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const problems = [];
/** file -> files it imports by value (type-only imports cannot make a runtime cycle). */
const graph = new Map();

for (const file of files) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const folder = folderOf(file);
  const targets = [];
  for (const match of code.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3];
    if (!specifier.startsWith('.')) {
      for (const { pattern, only } of FENCES) {
        if (pattern.test(specifier) && !only.includes(folder)) {
          problems.push(`${file}: "${specifier}" may be imported only in ${only.join(', ')}`);
        }
      }
      continue;
    }
    const target = relative(ROOT, resolve(ROOT, dirname(file), specifier))
      .replaceAll('\\', '/')
      .replace(/\.js$/, '.ts');
    if (!files.includes(target)) {
      problems.push(`${file}: imports ${specifier}, which is no file of src`);
      continue;
    }
    const targetFolder = folderOf(target);
    if (targetFolder !== folder && folder !== '') {
      if (!(ALLOWED[folder] ?? []).includes(targetFolder)) {
        problems.push(`${file}: ${folder} may not import ${targetFolder}`);
      } else if (!target.endsWith('/index.ts')) {
        problems.push(`${file}: imports ${target}; other folders go through their index.ts`);
      }
    }
    if (targetFolder === folder && folder !== '' && target === `${folder}/index.ts`) {
      problems.push(`${file}: imports its own folder's index.ts; import the defining file`);
    }
    if (!/^\s*(import|export)\s+type\b/.test(match[0])) targets.push(target);
  }
  if (folder !== '' && !(folder in ALLOWED)) problems.push(`${file}: unknown folder ${folder}`);
  if (!GLOBALS_ALLOWED(file)) {
    for (const { pattern, name } of GLOBALS) {
      if (pattern.test(code)) problems.push(`${file}: uses ${name}`);
    }
  }
  if (/export \*|export default/.test(code)) problems.push(`${file}: export * or default export`);
  graph.set(file, targets);
}

const done = new Set();
function visit(file, path) {
  if (path.includes(file)) {
    problems.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    return;
  }
  if (done.has(file)) return;
  for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
  done.add(file);
}
for (const file of files) visit(file, []);

if (files.length === 0) problems.push(`no source file under ${ROOT}`);
if (problems.length > 0) {
  for (const problem of [...new Set(problems)]) console.error(problem);
  process.exitCode = 1;
} else {
  console.log(`layers: ${files.length} files, no forbidden import, no cycle`);
}
