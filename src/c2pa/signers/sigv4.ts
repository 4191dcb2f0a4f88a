/** AWS Signature Version 4 for a POST without query (AWS IAM User Guide, "Create a signed AWS API request"). */
import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string;
}

export interface SigV4Request {
  method: string;
  url: URL;
  /** All headers that are to be signed, except host and date; names in lower case. */
  headers: Record<string, string>;
  body: string;
  region: string;
  service: string;
  time: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** `request.headers` with x-amz-date, x-amz-security-token and authorization. */
export function signSigV4(
  request: SigV4Request,
  credentials: AwsCredentials,
): Record<string, string> {
  const { method, url, body, region, service } = request;
  const stamp = request.time.toISOString().replace(/[-:]|\.\d+/g, '');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': stamp,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const all: Record<string, string> = { ...headers, host: url.host };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    url.pathname,
    '',
    ...names.map((name) => `${name}:${all[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    hash(body),
  ].join('\n');
  const day = stamp.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = ['aws4_request', service, region, day].reduceRight<string | Buffer>(
    (derived, part) => hmac(derived, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, [ALGORITHM, stamp, scope, hash(canonical)].join('\n'));
  headers['authorization'] =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, ` +
    `Signature=${signature.toString('hex')}`;
  return headers;
}
