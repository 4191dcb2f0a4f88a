/** Arguments of the registry, checked at the door: what is kept may come from other people's files. */
import { assertBytes, assertInteger, assertOneOf, assertString } from '../core/index.js';
import type { Binding, NewRecord } from './registry.js';

const MAX_TEXT = 1000;
/** Of a binding value: algorithms of others have long ones. */
const MAX_VALUE = 8192;
const MAX_BINDINGS = 100;
const MAX_MANIFEST_BYTES = 64 << 20;
const MAX_INT = 2 ** 31 - 1;

/** @throws RangeError */
export function assertHex(value: unknown, name: string, digits: number): void {
  assertString(value, name, digits);
  if ((value as string).length !== digits || !/^[0-9a-f]+$/.test(value as string)) {
    throw new RangeError(`"${name}" expected ${digits} lower-case hex digits`);
  }
}

/** @throws TypeError, RangeError. PostgreSQL takes no NUL in a text. */
export function assertText(value: unknown, name: string, maxLength = MAX_TEXT): void {
  assertString(value, name, maxLength);
  if (value === '' || (value as string).includes('\0')) {
    throw new RangeError(`"${name}" expected text without NUL characters, not empty`);
  }
}

export function checkBinding({ alg, value }: Binding): void {
  assertText(alg, 'binding.alg');
  assertText(value, 'binding.value', MAX_VALUE);
}

export function checkRecord(record: NewRecord): void {
  const { id, time, signer, origin, generator, asset, fingerprint, bindings, manifest } = record;
  assertText(id, 'id');
  assertString(time, 'time', 40);
  if (Number.isNaN(Date.parse(time))) throw new RangeError('"time" expected an RFC 3339 time');
  if (signer !== null) assertText(signer, 'signer');
  if (generator !== null) assertText(generator, 'generator');
  if (origin !== null) assertOneOf(origin, 'origin', ['generated', 'edited', 'unstated']);
  if (asset !== null) {
    assertHex(asset.sha256, 'asset.sha256', 64);
    assertText(asset.mime, 'asset.mime');
    assertInteger(asset.bytes, 'asset.bytes', 0, MAX_INT);
    if (asset.width !== null) assertInteger(asset.width, 'asset.width', 1, MAX_INT);
    if (asset.height !== null) assertInteger(asset.height, 'asset.height', 1, MAX_INT);
  }
  if (fingerprint !== null) {
    assertHex(fingerprint.hash, 'fingerprint.hash', 64);
    assertInteger(fingerprint.quality, 'fingerprint.quality', 0, 100);
  }
  assertInteger(bindings.length, 'bindings.length', 0, MAX_BINDINGS);
  bindings.forEach(checkBinding);
  assertBytes(manifest, 'manifest');
  assertInteger(manifest.length, 'manifest.length', 1, MAX_MANIFEST_BYTES);
}
