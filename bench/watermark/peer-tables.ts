/** Ours beside the peers that were run on the same pictures. */
import { ATTACKS } from './attacks/index.js';
import { markdownTable, percent, QUALITY_HEAD, qualityCells, share } from './markdown.js';
import type { PeerSummary } from './summary.js';

export function peerTables(peers: readonly PeerSummary[]): string[] {
  if (peers.length === 0) return [];
  const shown = ATTACKS.filter(({ name }) => peers.some(({ rows }) => rows[name]));
  return [
    '### Side by side',
    'Same pictures, same attacks, one run: invisible-watermark 0.2.0 (dwtDct, dwtDctSvd: 64 bits; rivaGan: its ' +
      '32) and blind-watermark 0.4.4 (64 bits, told the length). Recovered means every bit right; in brackets ' +
      'the mean share of right bits. The peers say nothing about false positives. rivaGan takes seconds a ' +
      'picture and ran on fewer: the column before it is ours on those.',
    markdownTable(
      ['attack', ...peers.flatMap((p) => [`imprint (${p.images})`, p.peer])],
      shown.map(({ name }) => [
        name,
        ...peers.flatMap((p) => {
          const row = p.rows[name];
          const ours = p.ours[name];
          return [
            ours ? percent(ours.hits / ours.of) : '-',
            row ? `${percent(row.hits / row.of)} (${row.bits.toFixed(2)})` : '-',
          ];
        }),
      ]),
    ),
    ...peers.filter(({ ours }) => Object.keys(ours).length > 0).map(standing),
    markdownTable(
      ['quality', 'pictures', ...QUALITY_HEAD],
      peers.flatMap((p) => [
        [p.peer, String(p.images), ...qualityCells(p.quality)],
        ['imprint on these', String(p.images), ...qualityCells(p.oursQuality)],
      ]),
    ),
  ];
}

/** In words: under how many attacks ours is ahead of this peer, level and behind. */
function standing({ peer, rows, ours }: PeerSummary): string {
  const names = Object.keys(rows).filter((name) => ours[name]);
  const gap = (name: string): number =>
    ours[name]!.hits / ours[name]!.of - rows[name]!.hits / rows[name]!.of;
  const behind = names.filter((name) => gap(name) < 0);
  const ahead = names.filter((name) => gap(name) > 0).length;
  const level = names.length - ahead - behind.length;
  const list = behind.map((name) => `${name} (${share(ours[name])} to ${share(rows[name])})`);
  return (
    `Against ${peer}: ahead under ${ahead} attacks, level under ${level}, behind under ${behind.length}` +
    (list.length > 0 ? `: ${list.join('; ')}.` : '.')
  );
}
