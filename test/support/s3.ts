/** An S3 server of its own for a test file. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from '@20minutes/s3rver';
import { freePort } from './free-port.js';

// The client of this version runs on Node 20; its word about later ones is none about a test.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** What the server takes. */
export const S3_KEYS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

export interface S3Server {
  endpoint: string;
  put: (key: string, body: Uint8Array | string) => Promise<void>;
  stop: () => Promise<void>;
}

/** With one bucket, `library`. */
export async function startS3(): Promise<S3Server> {
  const port = await freePort();
  const server = new S3rver({
    port,
    address: '127.0.0.1',
    silent: true,
    directory: mkdtempSync(join(tmpdir(), 'imprint-s3-')),
    configureBuckets: [{ name: 'library' }],
    // It leaves out a slash of the path that Amazon's client signs in lists. Unknown keys are refused all the same.
    allowMismatchedSignatures: true,
  });
  await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });
  return {
    endpoint,
    put: async (key, body) => {
      await client.send(new PutObjectCommand({ Bucket: 'library', Key: key, Body: body }));
    },
    stop: async () => {
      client.destroy();
      await server.close();
    },
  };
}
