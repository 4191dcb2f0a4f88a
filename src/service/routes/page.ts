/** The page and its files, from memory: a fixed list, so that no path of a request reaches the disk. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Router } from 'express';
import { allow } from '../middleware/problems.js';

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page/main.js': ['main.js', 'text/javascript; charset=utf-8'],
  '/page/api.js': ['api.js', 'text/javascript; charset=utf-8'],
  '/page/dom.js': ['dom.js', 'text/javascript; charset=utf-8'],
  '/page/report.js': ['report.js', 'text/javascript; charset=utf-8'],
  '/page/picture.js': ['picture.js', 'text/javascript; charset=utf-8'],
  '/page/make.js': ['make.js', 'text/javascript; charset=utf-8'],
  '/page/verify.js': ['verify.js', 'text/javascript; charset=utf-8'],
} as const;

export function mountPage(router: Router, dir: string): void {
  const loaded = new Map<string, Promise<{ body: Buffer; etag: string }>>();
  const load = (name: string): Promise<{ body: Buffer; etag: string }> => {
    const known = loaded.get(name) ?? read(join(dir, name));
    loaded.set(name, known);
    known.catch(() => loaded.delete(name));
    return known;
  };
  for (const [path, [name, type]] of Object.entries(FILES)) {
    router.get(path, async (_request, response) => {
      const { body, etag } = await load(name);
      response.set('Content-Type', type).set('ETag', etag).set('Cache-Control', 'no-cache');
      response.send(body);
    });
    router.all(path, allow('GET', 'HEAD'));
  }
}

async function read(path: string): Promise<{ body: Buffer; etag: string }> {
  const body = await readFile(path);
  const digest = createHash('sha256').update(body).digest('base64url');
  return { body, etag: `"${digest.slice(0, 32)}"` };
}
