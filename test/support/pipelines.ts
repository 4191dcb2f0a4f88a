/**
 * The tiny pipelines of fixtures/pipelines: they share graphs and tokenizers, so a folder as users have it is
 * put together in a temporary one.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PIPELINES = fileURLToPath(new URL('../../fixtures/pipelines/', import.meta.url));

export interface PipelineCase {
  readonly id: string;
  readonly family: string;
  readonly mode: 'text' | 'weighted' | 'image' | 'inpaint' | 'control' | 'tiled';
  readonly prompt: string;
  readonly negative: string;
  readonly seed: number;
  readonly steps: number;
  readonly guidance: number;
  readonly scheduler?: string;
  readonly size?: readonly [width: number, height: number];
  readonly strength?: number;
  readonly init?: string;
  readonly mask?: string;
  readonly control?: string;
  readonly controlScale?: number;
}

interface Listing {
  readonly madeWith: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly cases: readonly PipelineCase[];
}

export const listing = JSON.parse(readFileSync(join(PIPELINES, 'cases.json'), 'utf8')) as Listing;

/** Folders of one test file; `remove` deletes them. */
export function createFolders() {
  const made: string[] = [];
  return {
    /** A fresh folder of `family`, as an export leaves it. */
    make(family: string): string {
      const dir = mkdtempSync(join(tmpdir(), `imprint-${family}-`));
      made.push(dir);
      cpSync(join(PIPELINES, family), dir, { recursive: true });
      for (const [part, from] of Object.entries(listing.folders[family]!)) {
        cpSync(join(PIPELINES, from), join(dir, part), { recursive: true });
      }
      return dir;
    },
    remove(): void {
      for (const dir of made) rmSync(dir, { recursive: true, force: true });
    },
  };
}
