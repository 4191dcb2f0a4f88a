/** The package's own name and version, read from its package.json. */
import { readFileSync } from 'node:fs';
import type { ToolInfo } from './identity.js';

function readPackage(): ToolInfo {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { name, version } = JSON.parse(text) as ToolInfo;
  return { name, version };
}

export const TOOL: Readonly<ToolInfo> = Object.freeze(readPackage());
