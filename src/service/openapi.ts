/** Operations -> OpenAPI 3.1. */
import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { TOOL } from '../provenance/index.js';
import type { Scope } from './auth.js';
import type { Operation, ResponseShape } from './operation.js';
import { PROBLEM_CODES } from './problem.js';
import { problem } from './schemas/common.js';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;
type Content = Record<string, { schema: z.ZodType }>;

const PROBLEM_MEDIA = 'application/problem+json';
const BINARY = z.string().meta({ format: 'binary' });
const EVERYWHERE = ['REQUEST_INVALID', 'RATE_LIMITED', 'INTERNAL'];

export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key (`imprint serve keys create`), also taken in `X-Api-Key`',
  });
  for (const operation of operations) registry.registerPath(pathOf(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'imprint',
      version: TOOL.version,
      description: 'Mark, sign and detect generated images',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

function pathOf(operation: Operation): RouteConfig {
  const { method, path, id, tag, summary, description, query, params } = operation;
  const scopes = scopesOf(operation);
  const bodies = {
    ...operation.accepts,
    ...(operation.body === undefined ? {} : { 'application/json': operation.body }),
  };
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: [description, scopes.length === 0 ? undefined : `Scope: ${scopes.join(' or ')}.`]
      .filter((part) => part !== undefined)
      .join('\n\n'),
    security: scopes.length === 0 ? [] : [{ apiKey: [...scopes] }],
    request: {
      ...(query === undefined ? {} : { query }),
      ...(params === undefined ? {} : { params }),
      ...(Object.keys(bodies).length === 0
        ? {}
        : { body: { required: true, content: contentOf(bodies) } }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, shape]) => [status, answerOf(shape)]),
      ),
      ...problemsOf(operation, scopes.length > 0),
    },
  };
}

const scopesOf = ({ scope }: Operation): readonly Scope[] => (scope === null ? [] : [scope].flat());

function contentOf(content: Readonly<Record<string, z.ZodType | 'binary'>>): Content {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      { schema: schema === 'binary' ? BINARY : schema },
    ]),
  );
}

function answerOf({ description, content, headers }: ResponseShape) {
  return {
    description,
    ...(content === undefined ? {} : { content: contentOf(content) }),
    ...(headers === undefined
      ? {}
      : {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [
              name,
              { description: text, schema: { type: 'string' as const } },
            ]),
          ),
        }),
  };
}

/** One response for each status, with the codes that it may carry. */
function problemsOf(operation: Operation, guarded: boolean): RouteConfig['responses'] {
  const codes = [
    ...EVERYWHERE,
    ...(guarded ? ['UNAUTHENTICATED', 'FORBIDDEN'] : []),
    ...(operation.problems ?? []),
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const kind = PROBLEM_CODES.find((known) => known.code === code);
    if (kind === undefined) throw new RangeError(`"problems" expected known codes, got ${code}`);
    byStatus.set(kind.status, [...(byStatus.get(kind.status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !(status in operation.responses))
      .map(([status, found]) => [
        status,
        { description: found.join(', '), content: { [PROBLEM_MEDIA]: { schema: problem } } },
      ]),
  );
}
