/** Results of single pictures in the work folder, so that an interrupted run goes on. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from './hash.js';

/** @param version changes whenever what is measured, or how, changes. */
export function resultPath(work: string, phase: string, version: string, id: string): string {
  return join(work, phase, version, `${sha256(id).slice(0, 24)}.json`);
}

export function readResult<T>(path: string): T | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null;
}

/** Whole or not at all: a killed run leaves no half file behind. */
export function writeResult(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(value));
  renameSync(partial, path);
}
