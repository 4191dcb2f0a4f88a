/** Which of several lists vouches: the engine only says "an anchor". */
import { sha256Hex } from '../../core/index.js';
import type { ListInUse } from '../report.js';
import type { TrustList } from '../settings.js';

/** The first list that vouches for the signer by itself; null when it takes certificates of several. */
export async function matchingList(
  lists: readonly TrustList[],
  trusts: (list: TrustList) => Promise<boolean>,
): Promise<TrustList | null> {
  if (lists.length === 1) return lists[0]!;
  for (const list of lists) {
    if (await trusts(list)) return list;
  }
  return null;
}

/** What the report says about the lists themselves. */
export const listsInUse = (lists: readonly TrustList[]): ListInUse[] =>
  lists.map(({ name, date = null, sha256, anchorsPem }) => ({
    name,
    date,
    sha256: sha256 ?? sha256Hex(Buffer.from(anchorsPem)),
  }));
