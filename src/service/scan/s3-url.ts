export interface S3Object {
  bucket: string;
  key: string;
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;

/** `s3://bucket/key`; the key is taken as it stands, as the AWS command line does. Null for anything else. */
export function parseS3Url(text: string): S3Object | null {
  const [, bucket, key] = /^s3:\/\/([^/]*)(?:\/([\s\S]*))?$/i.exec(text) ?? [];
  return bucket !== undefined && BUCKET.test(bucket) ? { bucket, key: key ?? '' } : null;
}

export const s3Url = ({ bucket, key }: S3Object): string => `s3://${bucket}/${key}`;
