/** The package's own name and version, and those of its engines, read from its package.json. */
import { readFileSync } from 'node:fs';
import { packagePath } from '../core/index.js';
import type { ToolInfo } from './identity.js';

/** What decides how an image is read. */
const ENGINE_PACKAGES = ['@contentauth/c2pa-wasm', 'sharp', 'onnxruntime-node'];

interface Package extends ToolInfo {
  dependencies: Record<string, string>;
}

const PACKAGE = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as Package;

export const TOOL: Readonly<ToolInfo> = Object.freeze({
  name: PACKAGE.name,
  version: PACKAGE.version,
});

/** Versions of the engines, by package. They are pinned, so none of them has to be loaded to know. */
export const ENGINES: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    ENGINE_PACKAGES.map((name) => [name, PACKAGE.dependencies[name] ?? 'unknown']),
  ),
);
