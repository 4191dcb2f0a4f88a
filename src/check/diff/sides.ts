/** The two things that are compared: folders, or revisions of a git repository. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '../../core/index.js';
import { CheckError } from '../errors.js';
import type { BlobReader } from '../git.js';
import { filesOfRevision, openBlobReader, repositoryTop, resolveCommit } from '../git.js';
import type { CheckFile } from '../model.js';
import type { PathMatcher } from '../policy/globs.js';
import { pathMatcher } from '../policy/globs.js';
import { isImageName, pathFrom, walk } from '../walk.js';

export interface Sides {
  /** Absolute folder that paths are told from: the folder after the step, or the top of the repository. */
  root: string;
  before: CheckFile[];
  after: CheckFile[];
  close: () => void;
}

/** As images are read from files. */
const MAX_BLOB_BYTES = 256 << 20;

/**
 * @param names both folders, or both revisions.
 * @param paths only these: relative to each folder, or to `cwd` in a revision. All when empty.
 * @throws CheckError CHECK_DIFF, CHECK_GIT
 */
export async function openSides(
  names: readonly [string, string],
  paths: readonly string[],
  cwd: string,
  excluded: PathMatcher,
): Promise<Sides> {
  const folders = await Promise.all(names.map((name) => isFolder(resolve(cwd, name))));
  if (folders[0] && folders[1]) {
    const [before, after] = await Promise.all(
      names.map((name) => filesInFolder(resolve(cwd, name), paths, excluded)),
    );
    return { root: resolve(cwd, names[1]), before: before!, after: after!, close: () => undefined };
  }
  if (folders[0] || folders[1]) {
    const odd = names[folders[0] ? 1 : 0];
    throw new CheckError({
      code: 'CHECK_DIFF',
      message: `--diff expected two folders or two revisions; ${printable(odd)} is no folder`,
    });
  }
  const top = await repositoryTop(cwd);
  const commits = await Promise.all(names.map((name) => resolveCommit(top, name)));
  const reader = openBlobReader(top);
  try {
    const wanted = pathMatcher(paths.map((path) => pathFrom(top, resolve(cwd, path))));
    const keep = (path: string): boolean =>
      isImageName(path) && !excluded(path) && (paths.length === 0 || wanted(path));
    const [before, after] = await Promise.all(
      commits.map((commit) => filesInRevision(top, commit, keep, reader)),
    );
    return { root: top, before: before!, after: after!, close: reader.close };
  } catch (error) {
    reader.close();
    throw error;
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

async function filesInFolder(
  root: string,
  paths: readonly string[],
  excluded: PathMatcher,
): Promise<CheckFile[]> {
  const wanted = pathMatcher(paths);
  const { files } = await walk(['.'], { root, cwd: root, excluded });
  return paths.length === 0 ? files : files.filter(({ path }) => wanted(path));
}

async function filesInRevision(
  top: string,
  commit: string,
  keep: PathMatcher,
  reader: BlobReader,
): Promise<CheckFile[]> {
  const blobs = await filesOfRevision(top, commit);
  return blobs
    .filter(({ path }) => keep(path))
    .map(({ path, id, bytes }) => {
      const file: CheckFile = { path, absolute: null, load: () => reader.read(id) };
      if (bytes <= MAX_BLOB_BYTES) return file;
      const message = `larger than ${MAX_BLOB_BYTES} bytes`;
      return { ...file, problem: { kind: 'unsupported', message, code: 'IMAGE_TOO_LARGE' } };
    });
}
