/** Addresses that a server must never fetch: of this machine, of its network, of its cloud, and tricks to say so. */

/** Hosts: private, local, reserved, in every notation that a resolver understands. */
export const SSRF_HOSTS: readonly string[] = [
  ...['127.0.0.1', '127.1', '127.255.255.254', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1'],
  ...['0', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1'],
  ...['169.254.169.254', '169.254.170.2', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1'],
  ...['203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '2852039166'],
  ...['[::]', '[::1]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::7f00:1]', '[64:ff9b::10.0.0.1]'],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[::127.0.0.1]', '①②⑦.⓪.⓪.①', '127。0。0。1'],
];

/** Refused before any host is looked at. */
export const SSRF_MALFORMED: readonly string[] = [
  'http://93.184.216.34/',
  'file:///etc/passwd',
  'ftp://93.184.216.34/a.png',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  '//127.0.0.1/',
  'https://user:pass@93.184.216.34/',
  'https://93.184.216.34@127.0.0.1/',
  'https://',
  `https://example.com/${'a'.repeat(5000)}`,
  'https://[::1',
];

/** All of them; PORT stands for that of a listener. */
export const SSRF_URLS: readonly string[] = [
  ...SSRF_HOSTS.map((host) => `https://${host}:PORT/`),
  'https://localhost:PORT/',
  'https://LOCALHOST:PORT/',
  ...SSRF_MALFORMED,
];
