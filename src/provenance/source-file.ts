/** Files that a picture is made of. */
import type { ControlKind } from '../generate/index.js';
import { isKeypointFile, skeletonOfKeypoints } from '../generate/index.js';
import { encodeImage } from '../image/index.js';

export interface SourceFile {
  readonly bytes: Uint8Array;
  /** Usually its file name. Default 'image'. */
  readonly title?: string;
}

/**
 * The picture to draw along: keypoints of a pose are drawn, since an ingredient is a picture; all else stays.
 *
 * @throws GenerateError GENERATE_OPTION for keypoints that cannot be read.
 */
export async function drawnControl(
  file: SourceFile,
  kind: ControlKind | undefined,
): Promise<SourceFile> {
  if (kind !== 'pose' || !isKeypointFile(file.bytes)) return file;
  const bytes = await encodeImage(skeletonOfKeypoints(file.bytes), { format: 'png' });
  return { ...file, bytes };
}
