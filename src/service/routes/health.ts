/** /healthz, /readyz and /metrics, for whatever runs this server. */
import { z } from 'zod';
import type { AppParts } from '../app-parts.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';

const status = z.object({ status: z.enum(['ok', 'draining', 'unavailable']) });

export function healthOperations({ deps, metrics }: AppParts): Operation[] {
  return [
    defineOperation({
      method: 'get',
      path: '/healthz',
      id: 'health',
      tag: 'Operation',
      summary: 'The process lives',
      scope: null,
      responses: { 200: { description: 'It does', content: { 'application/json': status } } },
      handle({ response }) {
        response.set('Cache-Control', 'no-store').json({ status: 'ok' });
      },
    }),
    defineOperation({
      method: 'get',
      path: '/readyz',
      id: 'ready',
      tag: 'Operation',
      summary: 'The server can take work',
      scope: null,
      responses: {
        200: { description: 'It can', content: { 'application/json': status } },
        503: { description: 'It cannot, or drains', content: { 'application/json': status } },
      },
      handle({ response }) {
        const able = deps.engine.ready() ? 'ok' : 'unavailable';
        const state = deps.accepting() ? able : 'draining';
        response.set('Cache-Control', 'no-store').status(state === 'ok' ? 200 : 503);
        response.json({ status: state });
      },
    }),
    defineOperation({
      method: 'get',
      path: '/metrics',
      id: 'metrics',
      tag: 'Operation',
      summary: 'Prometheus metrics',
      scope: deps.openMetrics === true ? null : 'metrics',
      responses: { 200: { description: 'Metrics', content: { 'text/plain': z.string() } } },
      async handle({ response }) {
        response.set('Cache-Control', 'no-store').set('Content-Type', metrics.contentType);
        response.send(await metrics.text());
      },
    }),
  ];
}
