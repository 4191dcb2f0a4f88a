/** Images in S3 and in whatever speaks its protocol: listed page by page, read with a limit. */
import {
  S3Client,
  S3ServiceException,
  GetObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { errorMessage, printable } from '../../core/index.js';
import { ImageError } from '../../provenance/index.js';
import type { ScanErrorCode } from './errors.js';
import { ScanError } from './errors.js';
import type { S3Object } from './s3-url.js';
import { s3Url } from './s3-url.js';

export interface S3Options {
  /** Address of a server other than Amazon's, which is then asked in path style. */
  endpoint?: string;
  /** Default: what the environment says; with an endpoint us-east-1. */
  region?: string;
  /** Longest object that is read, bytes. */
  maxBytes: number;
}

export interface S3Storage {
  /** Every object under `prefix`, in the order of the server. @throws ScanError STORAGE_... */
  list(
    bucket: string,
    prefix: string,
  ): AsyncGenerator<S3Object & { size: number }, void, undefined>;
  /** @throws ScanError STORAGE_..., ImageError IMAGE_TOO_LARGE */
  read(object: S3Object): Promise<Uint8Array>;
  close(): void;
}

const CONNECT_MS = 10_000;
const REQUEST_MS = 60_000;

/** Credentials come from where the AWS tools look for them: environment, profile, container, instance. */
export function openS3({ endpoint, region, maxBytes }: S3Options): S3Storage {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, region: 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
    followRegionRedirects: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  });

  async function page(
    bucket: string,
    prefix: string,
    token: string | undefined,
  ): Promise<ListObjectsV2CommandOutput> {
    try {
      return await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ContinuationToken: token,
          // XML cannot hold every key.
          EncodingType: 'url',
        }),
      );
    } catch (error) {
      throw storageError(error, s3Url({ bucket, key: prefix }));
    }
  }

  return {
    async *list(bucket, prefix) {
      let token: string | undefined;
      do {
        const found = await page(bucket, prefix, token);
        for (const { Key, Size } of found.Contents ?? []) {
          if (Key === undefined) continue;
          const key = found.EncodingType === 'url' ? decodeKey(Key) : Key;
          yield { bucket, key, size: Size ?? 0 };
        }
        const next = found.IsTruncated === true ? found.NextContinuationToken : undefined;
        if (next !== undefined && next === token) {
          throw new ScanError({
            code: 'STORAGE_FAILED',
            message: 'the storage lists one page for ever',
          });
        }
        token = next;
      } while (token !== undefined);
    },
    async read(object) {
      const name = s3Url(object);
      try {
        const { Body, ContentLength } = await client.send(
          new GetObjectCommand({ Bucket: object.bucket, Key: object.key }),
        );
        const body = Body as AsyncIterable<Uint8Array> & { destroy(): void };
        if ((ContentLength ?? 0) > maxBytes) {
          body.destroy();
          throw tooLarge(name, maxBytes);
        }
        return await collect(body, name, maxBytes);
      } catch (error) {
        throw storageError(error, name);
      }
    },
    close: () => client.destroy(),
  };
}

/** As form fields are written: some servers leave `+` for a space. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', '%20'));
  } catch (cause) {
    const message = `the storage lists a key that cannot be read: ${printable(key)}`;
    throw new ScanError({ code: 'STORAGE_FAILED', message, cause });
  }
}

async function collect(
  body: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop destroys the stream, and with it the connection.
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(name, maxBytes);
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

const tooLarge = (name: string, maxBytes: number): ImageError =>
  new ImageError({
    code: 'IMAGE_TOO_LARGE',
    message: `${printable(name)}: more than ${maxBytes} bytes`,
  });

/** Names of errors that S3 and its relatives answer with. */
const NOT_FOUND = new Set(['NoSuchBucket', 'NoSuchKey', 'NotFound']);
const DENIED = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'CredentialsProviderError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
]);

function storageError(error: unknown, name: string): Error {
  if (error instanceof ScanError || error instanceof ImageError) return error;
  const what = error instanceof Error ? error.name : '';
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  let code: ScanErrorCode = 'STORAGE_FAILED';
  if (NOT_FOUND.has(what) || status === 404) code = 'STORAGE_NOT_FOUND';
  else if (DENIED.has(what) || status === 401 || status === 403) code = 'STORAGE_DENIED';
  const said = printable(errorMessage(error).split('\n')[0] ?? '', 300);
  return new ScanError({ code, message: `${printable(name)}: ${said}`, cause: error });
}
