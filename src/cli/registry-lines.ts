/** Records as lines of JSON, the manifest in base64. What comes back may be anybody's: the registry checks it. */
import { createInterface } from 'node:readline';
import { errorMessage } from '../core/index.js';
import type { Binding, NewRecord, RegistryRecord } from '../provenance/index.js';
import { UsageError } from './exit.js';

export function exportLine(record: RegistryRecord, manifest: Uint8Array): string {
  return `${JSON.stringify({ ...record, manifest: Buffer.from(manifest).toString('base64') })}\n`;
}

/** @throws UsageError with the number of the first line that is none. */
export async function* importedRecords(input: NodeJS.ReadableStream): AsyncGenerator<NewRecord> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    try {
      yield parse(line);
    } catch (error) {
      throw new UsageError(`line ${number} is no record: ${errorMessage(error)}`);
    }
  }
}

function parse(line: string): NewRecord {
  const fields = JSON.parse(line) as Record<string, unknown>;
  const { manifest } = fields;
  const bindings = fields['bindings'] as Binding[];
  if (typeof manifest !== 'string' || !Array.isArray(bindings) || !bindings.every(isObject)) {
    throw new Error('expected "manifest" in base64 and a list of "bindings"');
  }
  const { id, time, signer = null, origin = null, generator = null } = fields;
  const { asset = null, fingerprint = null } = fields;
  return {
    ...{ id, time, signer, origin, generator, asset, fingerprint, bindings },
    manifest: new Uint8Array(Buffer.from(manifest, 'base64')),
  } as NewRecord;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
