/** Looks at model folders; what it needs for that is loaded when it is asked. */
import type { ModelFolder } from '../onnx/index.js';
import type { FolderReport } from './pipelines/folder/check.js';

export type { FolderPart, FolderReport } from './pipelines/folder/check.js';

/**
 * What a folder of diffusers' ONNX layout holds, what it lacks and how much memory it takes, without opening a
 * model.
 *
 * @param options.verify also read every file and compare it with SHA256SUMS, where the folder has one. Default false.
 */
export async function checkModelFolder(
  folder: ModelFolder,
  options: { verify?: boolean } = {},
): Promise<FolderReport> {
  const { checkFolder } = await import('./pipelines/folder/check.js');
  return checkFolder(folder, options);
}
