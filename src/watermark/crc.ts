/** CRC-16/IBM-3740 ("CCITT-FALSE": polynomial 0x1021, start 0xFFFF) over bits, first bit first. */
export function crc16(bits: Uint8Array): number {
  let crc = 0xffff;
  for (const bit of bits) {
    const top = (crc >> 15) ^ bit;
    crc = (crc << 1) & 0xffff;
    if (top & 1) crc ^= 0x1021;
  }
  return crc;
}
