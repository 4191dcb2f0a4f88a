import type { Pixels } from '../provenance/index.js';
import { decodeImage, ImageError, readImageFile } from '../provenance/index.js';

/**
 * The pixels of a file.
 * @throws ImageError that names the file.
 */
export async function pixelsOfFile(path: string): Promise<Pixels> {
  const bytes = await readImageFile(path);
  try {
    return (await decodeImage(bytes)).pixels;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ImageError({ code: error.code, message: `${path}: ${error.message}`, cause: error });
  }
}
