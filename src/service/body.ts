/** Request bodies, counted and hashed as they come in, so that no step of the event loop is long. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Request } from 'express';
import busboy from 'busboy';
import { ServiceError } from './errors.js';

export interface Bytes {
  bytes: Uint8Array;
  /** SHA-256, hex. */
  sha256: string;
}

export interface UploadedFile extends Bytes {
  name: string | undefined;
}

export interface Upload {
  /** The image: the raw body, or the part `file` of a form. */
  file: UploadedFile | null;
  /** The part `manifest`. */
  manifest: UploadedFile | null;
  /** Other parts of a form. */
  fields: Record<string, string>;
}

const FIELD_BYTES = 64 << 10;
const MAX_PARTS = 20;
const RAW = /^(?:image\/[\w.+-]+|application\/octet-stream)$/;

/** Media type without parameters, lower case. */
export function mediaType(request: Pick<Request, 'headers'>): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

const tooLarge = (maxBytes: number): ServiceError =>
  new ServiceError({ code: 'BODY_TOO_LARGE', message: `at most ${maxBytes} bytes are taken` });

/** A stated length is believed where it is too long, so that such a body is never read. @throws ServiceError */
function checkHead(request: Request, maxBytes: number): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new ServiceError({ code: 'MEDIA_TYPE', message: 'compressed bodies are not taken' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** @throws ServiceError BODY_TOO_LARGE, BODY_INCOMPLETE */
async function collect(source: Readable, maxBytes: number): Promise<Bytes> {
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  let size = 0;
  // The source outlives a refusal: destroying it would close the connection before the answer.
  for await (const part of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    hash.update(part);
    parts.push(part);
  }
  // An array of its own: a slice of Node's buffer pool would be cloned with all its neighbours.
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** The whole raw body. @throws ServiceError BODY_TOO_LARGE, BODY_INCOMPLETE, MEDIA_TYPE */
export async function readRaw(request: Request, maxBytes: number): Promise<Bytes> {
  checkHead(request, maxBytes);
  try {
    return await collect(request, maxBytes);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError({ code: 'BODY_INCOMPLETE', message: 'the body ended too early' });
  }
}

/** @throws ServiceError MEDIA_TYPE unless the body is an image (raw) or a form; else as `readRaw` */
export async function readUpload(request: Request, maxBytes: number): Promise<Upload> {
  const type = mediaType(request);
  if (RAW.test(type)) {
    const body = await readRaw(request, maxBytes);
    return { file: { ...body, name: undefined }, manifest: null, fields: {} };
  }
  if (type === 'multipart/form-data') return readForm(request, maxBytes);
  throw new ServiceError({
    code: 'MEDIA_TYPE',
    message:
      'the body must be an image (image/* or application/octet-stream) or multipart/form-data',
  });
}

/** The image of an upload. @throws ServiceError REQUEST_INVALID when a form has no part `file` */
export function imageOf({ file }: Upload): UploadedFile {
  if (file !== null) return file;
  const fields = [{ field: 'file', message: 'is missing' }];
  throw new ServiceError({ code: 'REQUEST_INVALID', message: 'the form has no file', fields });
}

async function readForm(request: Request, maxBytes: number): Promise<Upload> {
  checkHead(request, maxBytes);
  const upload: Upload = { file: null, manifest: null, fields: {} };
  const form = openForm(request, maxBytes);
  const files: Promise<void>[] = [];
  await new Promise<void>((resolve, reject) => {
    const broken = (message: string): void =>
      reject(new ServiceError({ code: 'BODY_INCOMPLETE', message }));
    let total = 0;
    const count = (data: Buffer): void => {
      total += data.length;
      if (total > maxBytes) reject(tooLarge(maxBytes));
    };
    request.on('data', count);
    form.on('file', (part, stream, { filename }) => {
      // Told to whoever awaits `files`; without a listener it would end the process.
      stream.on('error', () => undefined);
      if (part !== 'file' && part !== 'manifest') {
        reject(
          new ServiceError({
            code: 'REQUEST_INVALID',
            message: 'only file and manifest may be files',
          }),
        );
        stream.resume();
        return;
      }
      const taken = collect(stream, maxBytes).then((bytes) => {
        upload[part] = {
          ...bytes,
          name: filename === undefined ? undefined : filename.slice(0, 255),
        };
      });
      taken.catch(reject);
      files.push(taken);
    });
    form.on('field', (part, value, { valueTruncated, nameTruncated }) => {
      if (valueTruncated || nameTruncated) broken(`a field is longer than ${FIELD_BYTES} bytes`);
      else if (part !== '__proto__') upload.fields[part] = value;
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      form.on(limit, () => broken('the form has too many parts'));
    }
    form.on('error', () => broken('the form is broken'));
    form.on('close', resolve);
    request.on('aborted', () => broken('the body ended too early'));
    request.on('error', () => broken('the body ended too early'));
    request.pipe(form);
  }).catch((error: unknown) => {
    request.unpipe(form);
    form.destroy();
    throw error;
  });
  await Promise.all(files);
  return upload;
}

function openForm(request: Request, maxBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      limits: {
        files: 2,
        fields: MAX_PARTS,
        parts: MAX_PARTS,
        fileSize: maxBytes + 1,
        fieldSize: FIELD_BYTES,
        fieldNameSize: 100,
        headerPairs: 20,
      },
    });
  } catch {
    throw new ServiceError({ code: 'REQUEST_INVALID', message: 'the form has no usable boundary' });
  }
}
