/** CRC-8/SMBUS (polynomial 0x07, start 0) over bits, first bit first. */
export function crc8(bits: Uint8Array): number {
  let crc = 0;
  for (const bit of bits) {
    const top = (crc >> 7) ^ bit;
    crc = (crc << 1) & 0xff;
    if (top & 1) crc ^= 0x07;
  }
  return crc;
}
