/** C2PA Soft Binding Resolution API: the paths of 2.2 and the additions of 2.4, under /v1. */
import type { AppParts } from '../../app-parts.js';
import type { Operation } from '../../operation.js';
import { manifestOperations } from './manifests.js';
import { queryOperations } from './queries.js';
import { serviceOperations } from './services.js';

export function bindingOperations(parts: AppParts): Operation[] {
  const { deps } = parts;
  const { registry, publicUrl } = deps;
  if (registry === null) return [];
  return [
    ...queryOperations(parts, registry),
    ...manifestOperations(parts, registry),
    ...serviceOperations(publicUrl, async () => {
      await registry.list({ limit: 1 });
    }),
  ];
}
