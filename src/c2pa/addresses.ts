/** Which IP addresses are the public internet's. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * True for globally routed unicast addresses (IANA special-purpose registries). Addresses that carry an IPv4
 * address inside (mapped, NAT64, 6to4) are judged by it as well; Teredo never passes.
 */
export function isPublicAddress(text: string): boolean {
  // ipaddr.js also takes short and octal forms, which name other hosts than they seem to.
  if (isIP(text) === 0 || !ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (!(address instanceof ipaddr.IPv6)) return address.range() === 'unicast';
  const bytes = address.toByteArray();
  // Global unicast is 2000::/3 (RFC 4291 section 2.4); ::a.b.c.d and whatever else is unassigned is not.
  if (address.range() === 'unicast') return bytes[0]! >> 5 === 1;
  const range = address.range();
  // NAT64, 64:ff9b::/96 (RFC 6052), and 6to4, 2002:a.b.c.d::/48 (RFC 3056).
  if (range === 'rfc6052') return isPublicAddress(bytes.slice(12).join('.'));
  return range === '6to4' && isPublicAddress(bytes.slice(2, 6).join('.'));
}
