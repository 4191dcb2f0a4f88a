/** 64 payload bits + 4 version bits + CRC-8 -> 512 code bits, and back from soft values. */
import { crc8 } from './crc.js';
import { createPolarCode } from './polar.js';

export const PAYLOAD_BITS = 64;
export const PAYLOAD_VERSION = 1;
const VERSION_BITS = 4;
const CRC_BITS = 8;
const LIST_SIZE = 32;

const code = createPolarCode(PAYLOAD_BITS + VERSION_BITS + CRC_BITS, LIST_SIZE);

/**
 * @throws TypeError when `value` is no string, RangeError when it is not 16 lower-case hex
 * characters.
 */
export function assertPayload(value: unknown): asserts value is string {
  const expected = '"payload" expected 16 lower-case hex characters';
  if (typeof value !== 'string') throw new TypeError(`${expected}, got ${typeof value}`);
  if (!/^[0-9a-f]{16}$/.test(value)) {
    throw new RangeError(`${expected}, got ${JSON.stringify(value.slice(0, 40))}`);
  }
}

/** The 512 code bits (0 or 1) of a payload. */
export function encodePayload(payload: string): Uint8Array {
  const message = new Uint8Array(PAYLOAD_BITS + VERSION_BITS);
  for (let i = 0; i < 16; i++) {
    const nibble = parseInt(payload[i]!, 16);
    for (let b = 0; b < 4; b++) message[i * 4 + b] = (nibble >> (3 - b)) & 1;
  }
  for (let b = 0; b < VERSION_BITS; b++) {
    message[PAYLOAD_BITS + b] = (PAYLOAD_VERSION >> (VERSION_BITS - 1 - b)) & 1;
  }
  const crc = crc8(message);
  const info = new Uint8Array(message.length + CRC_BITS);
  info.set(message);
  for (let b = 0; b < CRC_BITS; b++) info[message.length + b] = (crc >> (CRC_BITS - 1 - b)) & 1;
  return code.encode(info);
}

/** Payloads of this version whose check bits hold, the likeliest first. Positive LLR = bit 0. */
export function decodePayload(llr: Float64Array): string[] {
  const payloads: string[] = [];
  for (const info of code.decode(llr)) {
    const message = info.subarray(0, PAYLOAD_BITS + VERSION_BITS);
    if (crc8(message) !== toNumber(info.subarray(message.length))) continue;
    if (toNumber(message.subarray(PAYLOAD_BITS)) !== PAYLOAD_VERSION) continue;
    let payload = '';
    for (let i = 0; i < PAYLOAD_BITS; i += 4) {
      payload += toNumber(message.subarray(i, i + 4)).toString(16);
    }
    payloads.push(payload);
  }
  return payloads;
}

function toNumber(bits: Uint8Array): number {
  let value = 0;
  for (const bit of bits) value = value * 2 + bit;
  return value;
}
