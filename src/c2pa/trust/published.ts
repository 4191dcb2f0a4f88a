/** The published trust lists that have a name here, and where they are published. */

export const PUBLISHED_LISTS = ['official', 'interim'] as const;
export type PublishedListName = (typeof PUBLISHED_LISTS)[number];

/** What a file of a list holds. */
export type SourceRole =
  /** PEM of anchors. */
  | 'anchors'
  /** ETSI TS 119 602 list of trusted entities as JSON: the same certificates, with dates. */
  | 'index'
  /** Extended key usages, one dotted OID a line (c2pa-rs `trust_config`). */
  | 'key-usages';

export interface PublishedFile {
  readonly role: SourceRole;
  readonly name: string;
  /** For an `index`: the PEM file whose certificates it must name, no more and no fewer. */
  readonly of?: string;
}

export interface PublishedList {
  readonly title: string;
  /** Folder that the files lie in, ending in a slash. */
  readonly base: string;
  readonly files: readonly PublishedFile[];
  /** Date of a list that is frozen; others tell theirs in their index. */
  readonly frozen?: string;
}

export const PUBLISHED: Readonly<Record<PublishedListName, PublishedList>> = {
  official: {
    title: 'C2PA Trust List and C2PA TSA Trust List',
    base: 'https://raw.githubusercontent.com/c2pa-org/conformance-public/refs/heads/main/trust-list/',
    files: [
      { role: 'anchors', name: 'C2PA-TRUST-LIST.pem' },
      { role: 'index', name: 'C2PA-TRUST-LIST.json', of: 'C2PA-TRUST-LIST.pem' },
      { role: 'anchors', name: 'C2PA-TSA-TRUST-LIST.pem' },
      { role: 'index', name: 'C2PA-TSA-TRUST-LIST.json', of: 'C2PA-TSA-TRUST-LIST.pem' },
    ],
  },
  interim: {
    title: 'Interim Trust List of the Content Authenticity Initiative, frozen',
    base: 'https://contentcredentials.org/trust/',
    files: [
      { role: 'anchors', name: 'anchors.pem' },
      { role: 'key-usages', name: 'store.cfg' },
    ],
    // The list is kept for files signed before; nothing was added to it after that day.
    frozen: '2026-01-01T00:00:00Z',
  },
};
