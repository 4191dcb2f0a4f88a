/** /docs: the OpenAPI document as one page without scripts or requests elsewhere. */
import type { OpenApiDocument } from './openapi.js';
import type { Operation } from './operation.js';
import { PROBLEM_CODES, problemSlug } from './problem.js';

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Text with `code` in backquotes. */
const prose = (text: string): string =>
  escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n\n', '<br><br>');

interface SchemaObject {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  description?: string;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: SchemaObject;
}
interface PathItem {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}

export function docsPage(document: OpenApiDocument, operations: readonly Operation[]): string {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const paths = document.paths as Record<string, Record<string, PathItem>>;
  const sections = tags.map((tag) => {
    const entries = operations
      .filter((operation) => operation.tag === tag)
      .map(({ method, path }) => entry(method, path, paths[path]![method]!));
    return `<section><h2>${escapeHtml(tag)}</h2>${entries.join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>imprint: the HTTP API</title><link rel="stylesheet" href="/docs.css"></head><body><main>
<h1>imprint: the HTTP API</h1>
<p>Version ${escapeHtml(document.info.version)}. The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
<section><h2>Problems</h2><p>Errors are <code>application/problem+json</code> (RFC 9457); <code>code</code> is stable.</p>
<table><thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">meaning</th></tr></thead><tbody>
${PROBLEM_CODES.map(
  ({ code, status, title }) =>
    `<tr id="${problemSlug(code)}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
).join('\n')}
</tbody></table></section>
</main></body></html>
`;
}

function entry(method: string, path: string, item: PathItem): string {
  const parameters = item.parameters ?? [];
  const bodies = Object.keys(item.requestBody?.content ?? {});
  return `<article id="${escapeHtml(item.operationId)}">
<h3><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h3>
<p>${prose(item.summary)}.</p>${item.description === undefined ? '' : `<p>${prose(item.description)}</p>`}
${parameters.length === 0 ? '' : `<h4>Parameters</h4><ul>${parameters.map(parameter).join('')}</ul>`}
${bodies.length === 0 ? '' : `<h4>Body</h4><p>${bodies.map((type) => `<code>${escapeHtml(type)}</code>`).join(', ')}</p>`}
<h4>Answers</h4><ul>${Object.entries(item.responses)
    .map(([status, { description }]) => `<li><b>${status}</b> ${prose(description)}</li>`)
    .join('')}</ul></article>`;
}

function parameter({ name, required, description, schema }: Parameter): string {
  const type = schema?.enum?.map(String).join(' | ') ?? [schema?.type ?? ''].flat().join(' | ');
  const more = description ?? schema?.description;
  return `<li><code>${escapeHtml(name)}</code> ${escapeHtml(type)}${required === true ? ', required' : ''}${
    more === undefined ? '' : `: ${prose(more)}`
  }</li>`;
}

export const DOCS_CSS = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0}
main{max-width:56rem;margin:0 auto;padding:1rem}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
article{border-top:1px solid;padding:.5rem 0}
h4{margin:.5rem 0 0}
table{border-collapse:collapse;display:block;overflow-x:auto}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
`;
